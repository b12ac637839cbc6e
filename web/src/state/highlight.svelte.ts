/** The segment under the pointer; every chart and table of the page shows it. */
let key = $state<string | null>(null);

export const highlight = {
  get key() {
    return key;
  },
  set key(next: string | null) {
    key = next;
  },
};
