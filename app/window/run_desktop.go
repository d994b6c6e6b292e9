//go:build desktop || bindings

package window

import (
	"context"
	"net/http"
	"os"
	"os/signal"
	goruntime "runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/menu"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	"github.com/wailsapp/wails/v2/pkg/runtime"

	"dev.varve/backend/fault"
)

// The toolkits want the thread that the program began with.
func init() { goruntime.LockOSThread() }

// shell is the window while it is open.
type shell struct {
	Options
	ctx      context.Context // of Wails; its functions take no other
	opened   place           // where the window was put
	happened events
	dialog   sync.Mutex
	once     sync.Once   // the page's first load
	forced   atomic.Bool // close without asking
	closing  atomic.Bool // asking already
	failures failures
	notices  notices
	question question
	showing  sync.Mutex // over Title and StateFile
}

func run(o Options) error {
	screens, err := prepare(o.Name)
	if err != nil {
		return err
	}
	s := &shell{Options: o, opened: loadPlace(o.StateFile).fit(screens)}
	pages := inProcess(s.route(), o.Log)
	app := &options.App{
		Title:            o.Title,
		Width:            s.opened.Width,
		Height:           s.opened.Height,
		MinWidth:         minWidth,
		MinHeight:        minHeight,
		WindowStartState: options.Normal,
		AssetServer: &assetserver.Options{
			Middleware: func(http.Handler) http.Handler { return pages },
		},
		DragAndDrop:   &options.DragAndDrop{EnableFileDrop: true},
		Menu:          systemMenu(),
		Logger:        logger{o.Log},
		OnStartup:     s.start,
		OnDomReady:    s.loaded,
		OnBeforeClose: s.beforeClose,
		Linux: &linux.Options{
			Icon:        o.Icon,
			ProgramName: o.Name,
			// Without this line, the two lines above would switch it to "always".
			WebviewGpuPolicy: linux.WebviewGpuPolicyNever,
		},
	}
	if s.opened.Maximised {
		app.WindowStartState = options.Maximised
	}
	if err := wails.Run(app); err != nil {
		return fault.Wrap(err, fault.Unavailable, "open", "the window")
	}
	return nil
}

// systemMenu is what macOS needs for its own keys to work, copy and paste among
// them. Elsewhere the pages have all that there is.
func systemMenu() *menu.Menu {
	if goruntime.GOOS != "darwin" {
		return nil
	}
	return menu.NewMenuFromItems(menu.AppMenu(), menu.EditMenu(), menu.WindowMenu())
}

func (s *shell) route() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/native/", native(s, &s.happened, s.Handler))
	mux.Handle("/", s.Handler)
	return mux
}

// start is called once, beside the opening of the window.
func (s *shell) start(ctx context.Context) {
	s.ctx = ctx
	if s.opened.Placed {
		s.putAt(s.opened)
	}
	onPageFailure(s.pageFailed)
	runtime.OnFileDrop(ctx, s.dropped)
	go s.follow()
}

// loaded is called after each load of the page.
func (s *shell) loaded(context.Context) {
	s.once.Do(sealBridge)
	s.question.reply(false) // whoever was asked has gone with the page
}

// follow does what the rest of the program and the system ask of the window.
func (s *shell) follow() {
	// Wails listens too, but asks before it closes; TERM does not wait for answers.
	signal.Reset(os.Interrupt, syscall.SIGTERM)
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	raise := s.Raise
	for {
		select {
		case _, open := <-raise:
			if !open {
				raise = nil
				continue
			}
			s.toFront()
		case <-stop:
			s.closeNow()
			return
		case <-s.Quit:
			s.closeNow()
			return
		}
	}
}

func (s *shell) closeNow() {
	s.forced.Store(true)
	s.question.reply(true)
	runtime.Quit(s.ctx)
}

// beforeClose is called when the window is to close, and tells whether it stays.
func (s *shell) beforeClose(ctx context.Context) (stays bool) {
	if !s.forced.Load() {
		if !s.closing.CompareAndSwap(false, true) {
			return true
		}
		defer s.closing.Store(false)
		if s.MayClose != nil && !s.MayClose(ctx) || !s.ask(ctx) && !s.forced.Load() {
			return true
		}
	}
	s.keepPlace()
	return false
}

func (s *shell) keepPlace() {
	s.showing.Lock()
	defer s.showing.Unlock()
	if err := savePlace(s.StateFile, s.present()); err != nil {
		s.Log.Warn("the window's place could not be remembered", "error", err)
	}
}

// workspace lets the window stand where it is, for the one workspace and the
// other.
func (s *shell) workspace(q WorkspaceRequest) (WorkspaceShown, error) {
	if s.Switch == nil {
		return WorkspaceShown{}, fault.New(fault.Unsupported, "this window shows one workspace only")
	}
	s.keepPlace()
	another, err := s.Switch(q.Path, q.Create)
	if err != nil || another.Raised {
		return WorkspaceShown{Raised: another.Raised}, err
	}
	s.showing.Lock()
	defer s.showing.Unlock()
	s.Title, s.StateFile = another.Title, another.StateFile
	runtime.WindowSetTitle(s.ctx, s.Title)
	return WorkspaceShown{}, nil
}

// present is where the window stands now.
func (s *shell) present() place {
	if runtime.WindowIsMaximised(s.ctx) || runtime.WindowIsFullscreen(s.ctx) || runtime.WindowIsMinimised(s.ctx) {
		p := s.opened
		p.Maximised = runtime.WindowIsMaximised(s.ctx)
		return p
	}
	var p place
	p.Width, p.Height = runtime.WindowGetSize(s.ctx)
	p.X, p.Y = runtime.WindowGetPosition(s.ctx)
	p.Placed = true
	return p
}

func (s *shell) dropped(x, y int, pieces []string) {
	d := newDrop(x, y, pieces, onDisk)
	if err := s.happened.send("drop", d); err != nil {
		s.Log.Error("a drop did not reach the page", "error", err)
	}
	if s.OnDrop != nil {
		s.OnDrop(d)
	}
}

// pageFailed is called when the process that shows the page has ended. Nothing
// is lost with it: it is loaded again; and if that happens again and again, when
// the person says so.
func (s *shell) pageFailed(reason string) {
	s.Log.Error("the web view ended", "reason", reason)
	if s.failures.tooMany(time.Now()) {
		_, err := runtime.MessageDialog(s.ctx, runtime.MessageDialogOptions{
			Type:    runtime.ErrorDialog,
			Title:   s.Title,
			Message: "The page has failed several times within a minute. Runs go on, and nothing is lost. OK loads the page again.",
		})
		if err != nil {
			s.Log.Error("no dialog", "error", err)
		}
	}
	loadAgain()
}

// ask tells a person that runs go on, once, and whether the window closes.
func (s *shell) ask(ctx context.Context) (closes bool) {
	if s.Leaving == nil || s.Asking == nil {
		return true
	}
	left := s.Leaving(ctx)
	if len(left.Stops) == 0 && (left.Runs == 0 || !s.Asking.Asks()) {
		return true
	}
	s.toFront()
	answer := s.question.put(&s.happened, left)
	if answer.Close && !answer.Ask {
		if err := s.Asking.SetAsks(false); err != nil {
			s.Log.Warn("the answer could not be remembered", "error", err)
		}
	}
	return answer.Close
}

func (s *shell) asking() Asking { return s.Asking }

// close is what the close button does.
func (s *shell) close() { runtime.Quit(s.ctx) }

// chosen tells the page what was chosen in the menu.
func (s *shell) chosen(id string) {
	if err := s.happened.send("menu", MenuChosen{ID: id}); err != nil {
		s.Log.Error("what was chosen did not reach the page", "error", err)
	}
}

func (s *shell) answered(a ClosingAnswer) error { return s.question.answer(a) }

func (s *shell) choose(q ChooseRequest) ([]string, error) {
	// Two dialogs at once would take each other's answers.
	if !s.dialog.TryLock() {
		return nil, fault.New(fault.State, "a dialog is open already").WithHint("answer it first")
	}
	defer s.dialog.Unlock()
	open := runtime.OpenDialogOptions{Title: q.Title, DefaultDirectory: q.Start, CanCreateDirectories: true}
	var paths []string
	var path string
	var err error
	switch q.Kind {
	case "folder":
		path, err = runtime.OpenDirectoryDialog(s.ctx, open)
	case "files":
		paths, err = runtime.OpenMultipleFilesDialog(s.ctx, open)
	case "place":
		path, err = runtime.SaveFileDialog(s.ctx, runtime.SaveDialogOptions{
			Title: q.Title, DefaultDirectory: q.Start, DefaultFilename: q.Name, CanCreateDirectories: true,
		})
	default:
		path, err = runtime.OpenFileDialog(s.ctx, open)
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "open", "a dialog")
	}
	if path != "" {
		paths = []string{path}
	}
	return paths, nil
}

func (s *shell) show(path string) error {
	return launch(shower(goruntime.GOOS, path, isFolder(path)))
}

func (s *shell) open(address string) error {
	return launch(append(opener(goruntime.GOOS), address))
}
