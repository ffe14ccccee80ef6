package manifest

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Stdin is the name that stands for standard input.
const Stdin = "-"

// extensions are those that istioctl and kubectl look for in a folder.
var extensions = []string{".json", ".yaml", ".yml"}

// Files lists the files that the arguments mean: a file itself, whatever its name, and of a folder all manifests below it.
func Files(args []string) ([]string, error) {
	var files []string
	for _, arg := range args {
		if arg == Stdin {
			files = append(files, arg)
			continue
		}
		info, err := os.Stat(arg)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, arg)
			continue
		}
		before := len(files)
		err = filepath.WalkDir(arg, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && slices.Contains(extensions, filepath.Ext(path)) {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		// A folder that was emptied or misspelled must not pass for a clean one.
		if len(files) == before {
			return nil, fmt.Errorf("no manifests (%v) in folder %s", extensions, arg)
		}
	}
	return files, nil
}

// Read reads one of the files, or standard input.
func Read(file string, stdin io.Reader) ([]byte, error) {
	if file == Stdin {
		return io.ReadAll(stdin)
	}
	return os.ReadFile(file)
}
