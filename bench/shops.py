"""The data of the benchmark: simulated shops, generated once into a cache, and Online Retail."""

import dataclasses
import hashlib
import os
import pathlib
import re
import shutil

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
SEED = 1

SIM_SHOP = """\
[shop]
name = "Bench"
currency = "KRW"
time_zone = "Asia/Seoul"

[sources.order_lines]
path = "{path}"
columns = {{ {columns} }}
"""
SIM_COLUMNS = (
    "order_id",
    "customer_id",
    "ordered_at",
    "product_id",
    "quantity",
    "unit_price",
    "discount",
    "coupon_code",
    "shipping",
    "status",
    "sales_platform",
    "country",
)


@dataclasses.dataclass(frozen=True)
class Data:
    """One input of the benchmark."""

    name: str
    shape: str
    path: pathlib.Path

    def write_shop(self, folder):
        """Writes `shop.toml` into a new folder."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        text = sim_shop(self.path) if self.shape == "sim" else online_retail_shop()
        (folder / "shop.toml").write_text(text, encoding="utf-8")
        return folder


def sim_shop(path):
    columns = ", ".join(f'{name} = "{name}"' for name in SIM_COLUMNS)
    return SIM_SHOP.format(path=path, columns=columns)


def online_retail_shop():
    """The example as it lies, except that frequency counts orders, as in the peers."""
    example = REPOSITORY / "examples" / "online-retail" / "shop.toml"
    text = example.read_text(encoding="utf-8")
    return re.sub(r'^(\s*frequency\s*=\s*)"[a-z_]+"', r'\1"orders"', text, flags=re.MULTILINE)


def test_data():
    """The folder with data that is not part of the project."""
    folder = os.environ.get("DANGOL_TEST_DATA")
    return pathlib.Path(folder).resolve() if folder else REPOSITORY.parent / "shared" / "data"


def online_retail():
    """Online Retail, or `None` where it is absent."""
    path = test_data() / "online-retail" / "online_retail.parquet"
    return Data("Online Retail", "online-retail", path) if path.is_file() else None


def simulated(lines, cache, generate, form="parquet"):
    """A simulated shop without dirt. A change of the simulator makes a new one; `generate(folder)` writes it."""
    kind = "sim" if form == "parquet" else f"sim-{form}"
    folder = cache / f"{kind}-{lines}-{_simulator_version()}"
    path = folder / f"order_lines.{form}"
    if not path.is_file():
        for outdated in cache.glob(f"{kind}-{lines}-*"):
            shutil.rmtree(outdated)
        generate(folder)
    name = f"simulated, {lines:,} lines" + ("" if form == "parquet" else f", {form.upper()}")
    return Data(name, "sim", path)


def _simulator_version():
    sources = sorted((REPOSITORY / "crates" / "dangol-sim" / "src").glob("*.rs"))
    contents = b"".join(source.read_bytes() for source in sources)
    return hashlib.sha256(contents).hexdigest()[:12]
