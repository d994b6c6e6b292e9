package deposit

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
)

// bag writes what makes the files a bag of BagIt 1.0 (RFC 8493).
func (w *writer) bag() error {
	b := &bag{writer: w, sums: map[string]string{}}
	err := b.tag("bagit.txt", lined(func(out *bufio.Writer) {
		fmt.Fprint(out, "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
	}))
	if err == nil {
		err = b.tag("bag-info.txt", lined(w.bagInfo))
	}
	if err == nil {
		err = b.tag("manifest-sha256.txt", lined(func(out *bufio.Writer) {
			for i := range w.files {
				writeSum(out, w.files[i].hash(), w.files[i].path)
			}
		}))
	}
	if err != nil {
		return err
	}
	return w.beside("tagmanifest-sha256.txt", lined(func(out *bufio.Writer) {
		for _, name := range b.names {
			writeSum(out, b.sums[name], name)
		}
	}))
}

// bag is the files beside the payload, with their hashes.
type bag struct {
	*writer
	names []string
	sums  map[string]string
}

func (b *bag) tag(name string, fill func(io.Writer) error) error {
	hash := sha256.New()
	err := b.beside(name, func(out io.Writer) error { return fill(io.MultiWriter(out, hash)) })
	b.names = append(b.names, name)
	slices.Sort(b.names)
	b.sums[name] = hex.EncodeToString(hash.Sum(nil))
	return err
}

// writeSum writes a line of a manifest. Names have nothing in them that would have to
// be escaped there: programs disagree about how.
func writeSum(out *bufio.Writer, sum, name string) {
	fmt.Fprintf(out, "%s  %s\n", sum, name)
}

// bagInfo says what is in the bag.
func (w *writer) bagInfo(out *bufio.Writer) {
	d := &w.subject.Description
	say := func(label, value string) {
		if value != "" {
			writeLabel(out, label, value)
		}
	}
	for _, c := range d.Creators {
		say("Source-Organization", c.Affiliation)
	}
	say("Contact-Name", d.Contact)
	say("Contact-Email", d.Email)
	say("External-Description", words(": ", w.subject.title(), d.Text))
	say("External-Identifier", own(d))
	say("Internal-Sender-Identifier", w.subject.Name)
	say("Internal-Sender-Description", words(", ", "version "+w.subject.version(), w.subject.Message))
	say("Bagging-Date", w.subject.day())
	say("Bag-Size", bagSize(w.done.Bytes))
	say("Payload-Oxum", decimal(w.done.Bytes)+"."+decimal(w.done.Files))
	for _, c := range d.Creators {
		say("Creator", words(" ", c.Name, orcidAddress(c)))
	}
	say("Licence", d.Licence)
	say("Keywords", strings.Join(d.Keywords, ", "))
}

// lineOfBag is about how long lines are, as the standard asks.
const lineOfBag = 79

// writeLabel writes a label with its value; lines that go on are indented.
func writeLabel(out *bufio.Writer, label, value string) {
	var b bytes.Buffer
	b.WriteString(label + ":")
	width, words := b.Len(), 0 // of the line
	for _, word := range strings.Fields(value) {
		if width+1+len(word) > lineOfBag && words > 0 {
			b.WriteByte('\n')
			width, words = 0, 0
		}
		b.WriteString(" " + word)
		width, words = width+1+len(word), words+1
	}
	b.WriteByte('\n')
	_, _ = out.Write(b.Bytes()) // Flush answers with the error
}

// bagSize is a size for people.
func bagSize(n int64) string {
	units := []string{"B", "KB", "MB", "GB", "TB"}
	size := float64(n)
	for len(units) > 1 && size >= 1000 {
		size, units = size/1000, units[1:]
	}
	if units[0] == "B" {
		return decimal(n) + " B"
	}
	return fmt.Sprintf("%.1f %s", size, units[0])
}
