package machine

import "testing"

func TestStatOfHostileNames(t *testing.T) {
	const tail = " S 10 20 30 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1 2"
	for _, name := range []string{"sh", "a b", "a) S 1 1 1", "((", ""} {
		p, err := parseStat(5, []byte("5 ("+name+")"+tail))
		if want := (process{pid: 5, parent: 10, group: 20, start: 987654}); err != nil || p != want {
			t.Errorf("%q: %+v, %v", name, p, err)
		}
	}
	for _, bad := range []string{"", "5", "5 (sh) S 1 2", "5 (sh) S x 20 30 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1 2"} {
		if _, err := parseStat(5, []byte(bad)); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestMarkDescriptorsWithoutTheNewCall(t *testing.T) {
	if err := markDescriptors(); err != nil {
		t.Fatal(err)
	}
}

// A number that another process uses by now does not stand for the old group.
func TestReusedNumberIsNotOurs(t *testing.T) {
	child, err := Start(Command{Args: []string{"sleep", "1000"}})
	if err != nil {
		t.Fatal(err)
	}
	defer child.Stop(0)
	old := child.Identity()
	old.Start--
	if err := EndTree(Tree{Leader: old}, 0); err != nil {
		t.Fatal(err)
	}
	if !Alive(child.Identity()) {
		t.Fatal("a younger process of the same number was ended")
	}
}
