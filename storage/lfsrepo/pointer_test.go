package lfsrepo

import (
	"strings"
	"testing"
)

var anOID = strings.Repeat("0a", 32)

func TestParsePointer(t *testing.T) {
	text := "version https://git-lfs.github.com/spec/v1\noid sha256:" + anOID + "\nsize 12345\n"
	if p, ok := parsePointer([]byte(text)); !ok || p.oid != anOID || p.size != 12345 {
		t.Errorf("%+v, %v", p, ok)
	}
	if _, ok := parsePointer([]byte(strings.Replace(text, "git-lfs.github", "hawser.github", 1))); !ok {
		t.Error("one of the first releases")
	}
	for name, bad := range map[string]string{
		"nothing": "", "another version": strings.Replace(text, "v1", "v2", 1), "another hash": strings.Replace(text, "sha256:", "sha512:", 1),
		"a path": strings.Replace(text, anOID, "../../etc", 1), "no size": strings.Replace(text, "size", "sise", 1), "too long": text + strings.Repeat("x", maxPointer),
		"changed on the way": strings.Replace(text, "oid", "ext-0-foo sha256:"+anOID+"\noid", 1), "negative": strings.Replace(text, "size ", "size -", 1),
	} {
		if p, ok := parsePointer([]byte(bad)); ok {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func FuzzParsePointer(f *testing.F) {
	f.Add("version https://git-lfs.github.com/spec/v1\noid sha256:" + anOID + "\nsize 12345\n")
	f.Fuzz(func(t *testing.T, text string) {
		if p, ok := parsePointer([]byte(text)); ok && (!oidText.MatchString(p.oid) || p.size < 0) {
			t.Fatalf("%+v", p)
		}
	})
}
