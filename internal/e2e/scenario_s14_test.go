package e2e

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// S14. A bad link: 300 ms there and back, connections that drop, and a server
// that is killed while it reads a scan. The workstation stays usable, says when
// it is not connected and how old its data is, shows nothing old as current, and
// catches up by itself; the scan is read once.
func TestScenarioS14BadLink(t *testing.T) {
	t.Parallel()
	needs(t, "tesseract", "tesseract-ocr")
	s := newServer(t)
	ann := s.signup("ann@example.org")
	id := s.patient(ann.email, "Cantú", "Catalina")
	link := newBadLink(t, s.addr, 150*time.Millisecond)
	file := filepath.Join(t.TempDir(), "scan.pdf")
	if err := os.WriteFile(file, scan(t, 16), 0o600); err != nil {
		t.Fatal(err)
	}
	term := newTerminal(t, 80, 24, []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "TZ=Europe/London", "CLINICIAN_LOCK_MINUTES=25"}, tuiBin, "--server", "http://"+link.addr)
	term.see("E-mail", "Password")
	term.write(ann.email)
	term.press("Tab")
	term.write(password)
	term.press("Enter")
	term.see("as at")
	term.press("p")
	term.see("CANTÚ, Catalina")
	term.press("Enter")
	term.see("MRN 999 000 0001", "No documents")
	term.press("U")
	term.write(file)
	term.press("Enter")
	term.write("lab") // the kind of document: it is never guessed
	term.press("C-s")
	term.see("Stored", "CANTÚ, Catalina")
	term.press("A")
	shown := pageBeingRead(term, 0)
	link.drop()
	pageBeingRead(term, shown) // the stream was taken up again
	s.stop(syscall.SIGKILL)
	term.see("NOT CONNECTED", "Connection lost", "CANTÚ, Catalina")
	s.start()
	term.see("page 1 of 16", "The haemoglobin was 118 g/L", "CANTÚ, Catalina", "connected")
	if ended := s.audit("--type", "ocr_job_ended"); len(ended) != 1 {
		t.Errorf("the job ended %d times: %v", len(ended), ended)
	}
	if jobs := ann.mustGet("/api/clinician/ocr/jobs/").list("jobs"); len(jobs) != 1 {
		t.Errorf("%d jobs were made", len(jobs))
	}

	term.press("Escape")
	term.see("Documents 1", "+ read", "as at")
	link.cut()
	term.see("NOT CONNECTED since", "not connected, showing data as at", "Documents 1")
	ann.upload(id, "arrived-meanwhile.txt", []byte("Telephone note.\n"))
	term.press("r")
	screen := term.see("NOT CONNECTED since", "not connected, showing data as at")
	if strings.Contains(screen, "arrived-meanwhile") || strings.Contains(lineWith(t, screen, "NOT CONNECTED"), " connected") {
		t.Errorf("what is shown without a connection:\n%s", screen)
	}
	term.press("U")
	term.see("Not connected to the server") // what changes something says why it is off
	link.mend()
	term.see("Documents 2", "arrived-meanwhile")
	term.gone("showing data as at")
	term.gone("NOT CONNECTED")
}

// pageBeingRead waits until a page behind one is said to be read, and gives its number.
func pageBeingRead(term *terminal, behind int) (n int) {
	term.t.Helper()
	said := regexp.MustCompile(`Reading page (\d+) of 16`)
	screen, ok := term.waitUntil(func(screen string) bool {
		if m := said.FindStringSubmatch(screen); m != nil {
			n, _ = strconv.Atoi(m[1])
		}
		return n > behind
	})
	if !ok {
		term.t.Fatalf("no page behind page %d is being read:\n%s", behind, screen)
	}
	return n
}

// badLink stands between a workstation and its server. What goes through it
// takes its time; it can drop its connections, and be cut for a while.
type badLink struct {
	addr, to string
	delay    time.Duration // one way
	mu       sync.Mutex
	conns    map[net.Conn]bool
	broken   bool
}

func newBadLink(t *testing.T, to string, delay time.Duration) *badLink {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &badLink{addr: l.Addr().String(), to: to, delay: delay, conns: map[net.Conn]bool{}}
	t.Cleanup(func() {
		l.Close()
		b.drop()
	})
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go b.join(c)
		}
	}()
	return b
}

// join connects a client with the server until one of them or the link ends it.
func (b *badLink) join(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", b.to)
	if err != nil {
		return
	}
	defer server.Close()
	b.mu.Lock()
	broken := b.broken
	b.conns[client], b.conns[server] = true, true
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.conns, client)
		delete(b.conns, server)
	}()
	if broken {
		return
	}
	done := make(chan struct{}, 2)
	for from, to := range map[net.Conn]net.Conn{client: server, server: client} {
		go func() {
			b.carry(to, from)
			done <- struct{}{}
		}()
	}
	<-done
}

// carry copies with the delay of the link, as many bytes at once as come.
func (b *badLink) carry(to io.Writer, from io.Reader) {
	type packet struct {
		due   time.Time
		bytes []byte
	}
	under := make(chan packet, 1024)
	ended := make(chan struct{})
	defer func() { <-ended }()
	go func() {
		defer close(ended)
		for p := range under {
			<-time.After(time.Until(p.due))
			if _, err := to.Write(p.bytes); err != nil {
				return
			}
		}
	}()
	defer close(under)
	for {
		buf := make([]byte, 32<<10)
		n, err := from.Read(buf)
		if n > 0 {
			select {
			case under <- packet{time.Now().Add(b.delay), buf[:n]}:
			case <-ended:
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// drop ends all connections; new ones may be made.
func (b *badLink) drop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for c := range b.conns {
		c.Close()
	}
}

// cut drops all connections and lets none be made until mend.
func (b *badLink) cut() {
	b.mu.Lock()
	b.broken = true
	b.mu.Unlock()
	b.drop()
}

func (b *badLink) mend() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.broken = false
}
