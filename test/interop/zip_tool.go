// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.

// Go's archive/zip for the tests of this folder.
//
//	zip_tool extract ARCHIVE FOLDER
//	zip_tool create FOLDER ARCHIVE          a stream: data descriptors
//	zip_tool check ARCHIVE [NAME ...]       reads all members or these; prints how many the archive has, and their bytes
package main

import (
	"archive/zip"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"path/filepath"
)

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// Reads to the end: the package checks size and CRC there.
func content(member *zip.File, to io.Writer) int64 {
	from, err := member.Open()
	must(err)
	size, err := io.Copy(to, from)
	if err != nil {
		log.Fatalf("%s: %v", member.Name, err)
	}
	must(from.Close())
	return size
}

func extractMember(member *zip.File, path string) {
	must(os.MkdirAll(filepath.Dir(path), 0o755))
	if member.FileInfo().IsDir() {
		must(os.MkdirAll(path, 0o755))
		return
	}
	if !member.Mode().IsRegular() {
		log.Fatalf("%s: not a regular file: %v", member.Name, member.Mode())
	}
	file, err := os.Create(path)
	must(err)
	content(member, file)
	must(file.Chmod(member.Mode().Perm()))
	must(file.Close())
}

func extract(archive, folder string) {
	reader, err := zip.OpenReader(archive)
	must(err)
	defer reader.Close()
	for _, member := range reader.File {
		extractMember(member, filepath.Join(folder, filepath.FromSlash(member.Name)))
	}
}

func create(folder, archive string) {
	file, err := os.Create(archive)
	must(err)
	writer := zip.NewWriter(file)
	must(filepath.Walk(folder, func(path string, info fs.FileInfo, err error) error {
		must(err)
		name, err := filepath.Rel(folder, path)
		must(err)
		if name == "." {
			return nil
		}
		header, err := zip.FileInfoHeader(info)
		must(err)
		header.Name = filepath.ToSlash(name)
		if info.IsDir() {
			header.Name += "/"
		} else {
			header.Method = zip.Deflate
		}
		to, err := writer.CreateHeader(header)
		must(err)
		if info.Mode()&fs.ModeSymlink != 0 {
			target, err := os.Readlink(path)
			must(err)
			_, err = io.WriteString(to, target)
			return err
		}
		if info.Mode().IsRegular() {
			from, err := os.Open(path)
			must(err)
			defer from.Close()
			_, err = io.Copy(to, from)
			return err
		}
		return nil
	}))
	must(writer.Close())
	must(file.Close())
}

func check(archive string, names []string) {
	reader, err := zip.OpenReader(archive)
	must(err)
	defer reader.Close()
	wanted := map[string]bool{}
	for _, name := range names {
		wanted[name] = true
	}
	total := uint64(0)
	for _, member := range reader.File {
		total += member.UncompressedSize64
		if len(names) == 0 || wanted[member.Name] {
			content(member, io.Discard)
			delete(wanted, member.Name)
		}
	}
	if len(wanted) != 0 {
		log.Fatalf("not found: %v", wanted)
	}
	fmt.Println(len(reader.File), total)
}

func main() {
	log.SetFlags(0)
	switch {
	case len(os.Args) == 4 && os.Args[1] == "extract":
		extract(os.Args[2], os.Args[3])
	case len(os.Args) == 4 && os.Args[1] == "create":
		create(os.Args[2], os.Args[3])
	case len(os.Args) >= 3 && os.Args[1] == "check":
		check(os.Args[2], os.Args[3:])
	default:
		log.Fatal("usage: zip_tool extract ARCHIVE FOLDER | create FOLDER ARCHIVE | check ARCHIVE [NAME ...]")
	}
}
