package window

import "testing"

func TestNamesLanguage(t *testing.T) {
	tests := []struct {
		env  map[string]string
		want bool
	}{
		{nil, false},
		{map[string]string{"LANG": "C"}, false},
		{map[string]string{"LANG": "POSIX"}, false},
		{map[string]string{"LANG": "C.UTF-8"}, false},
		{map[string]string{"LANG": "C.utf8"}, false},
		{map[string]string{"LANG": "de_DE.UTF-8"}, true},
		{map[string]string{"LANG": "de"}, true},
		{map[string]string{"LANG": "sr_RS@latin"}, true},
		{map[string]string{"LANG": "ast_ES.UTF-8"}, true},
		{map[string]string{"LANG": "german"}, false},
		{map[string]string{"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, false},
		{map[string]string{"LANG": "C.UTF-8", "LC_CTYPE": "de_DE.UTF-8"}, true},
		{map[string]string{"LANG": "C.UTF-8", "LC_ALL": ""}, false},
	}
	for _, tt := range tests {
		if got := namesLanguage(func(name string) string { return tt.env[name] }); got != tt.want {
			t.Errorf("%v: %v", tt.env, got)
		}
	}
}
