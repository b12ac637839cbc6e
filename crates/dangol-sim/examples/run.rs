//! t
use dangol_sim::*;
fn main(){ let a:Vec<String>=std::env::args().collect();
 let o=Options{lines:a[1].parse().unwrap(),dirt:a[4].parse().unwrap(),language:if a.len()>5{Language::Ko}else{Language::En},..Default::default()}.check().unwrap();
 let f=if a[3]=="csv"{Format::Csv}else{Format::Parquet};
 let t=std::time::Instant::now();
 let s=simulate(&o,a[2].as_ref(),f,&mut |_,_|{}).unwrap(); println!("{:?} {:?}",t.elapsed(),s);}
