// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
//! Zips the files below the current folder with mtzip, on all cores. usage: mtzip-peer LEVEL ZIP
use mtzip::{level::CompressionLevel, ZipArchive};
use std::{env, fs, io, path::Path};

fn add(archive: &mut ZipArchive, folder: &Path, level: CompressionLevel) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let (path, kind) = entry.and_then(|found| Ok((found.path(), found.file_type()?)))?;
        if kind.is_dir() {
            add(archive, &path, level)?;
        } else {
            let name = path.strip_prefix(".").unwrap_or(&path).to_string_lossy().into_owned();
            archive.add_file_from_fs(path, name).compression_level(level).done();
        }
    }
    Ok(())
}

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().collect();
    let level = CompressionLevel::new(arguments[1].parse().expect("a level")).expect("a level from 0 to 9");
    let mut archive = ZipArchive::new();
    add(&mut archive, Path::new("."), level)?;
    archive.write(&mut io::BufWriter::new(fs::File::create(&arguments[2])?))
}
