package pages

import (
	"context"
	"time"

	"clinician/internal/core"
)

// kept is a document that stays open in its worker after somebody has looked at a page
// of it: opening it anew takes longer than drawing the next one.
type kept struct {
	pool     *pool
	viewer   string
	document string
	turn     chan struct{} // its one token is the right to use src

	// Under the pool's lock.
	users   int // who has it or waits for it
	since   time.Time
	dropped bool // nobody else may have it
	src     *source
	unwatch func()
	idle    *time.Timer
}

// OpenFor is OpenPages for somebody who looks at page after page; see core.PageDesk.
func (p *Opener) OpenFor(ctx context.Context, v core.Viewing) (core.PageSource, error) {
	k := p.pool.desk(v.Viewer, v.Document)
	late := time.NewTimer(p.o.Wait)
	defer late.Stop()
	var err error
	select {
	case <-k.turn:
		src := k.open()
		if src == nil {
			src, err = p.openKept(ctx, k, v)
		}
		if err == nil {
			return &lease{source: src, k: k}, nil
		}
		k.turn <- struct{}{}
	case <-ctx.Done():
		err = context.Cause(ctx)
	case <-late.C:
		err = errBusy
	}
	k.leave()
	return nil, err
}

// openKept opens the document of k, whose turn the caller has.
func (p *Opener) openKept(ctx context.Context, k *kept, v core.Viewing) (*source, error) {
	k.discard()
	content, err := v.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	src, err := p.open(ctx, v.MIME, content, viewing)
	if err != nil {
		return nil, err
	}
	life, end := v.Watch()
	stop := context.AfterFunc(life, k.drop)
	k.pool.mu.Lock()
	k.src, k.unwatch = src, func() { stop(); end() }
	stopped := k.pool.closed
	k.pool.mu.Unlock()
	if stopped {
		k.discard()
		return nil, core.Errorf(core.CodeUnavailable, "The server is stopping. Try again in a moment.")
	}
	return src, nil
}

// desk gives what a viewer has open, which is document from now on, and counts the
// caller among its users.
func (p *pool) desk(viewer, document string) *kept {
	p.mu.Lock()
	k := p.kept[viewer]
	var other *kept
	if k == nil || k.document != document {
		if k != nil {
			p.forget(k)
			if k.users == 0 {
				other = k
			}
		}
		k = &kept{pool: p, viewer: viewer, document: document, turn: make(chan struct{}, 1), dropped: p.closed}
		k.turn <- struct{}{}
		if !p.closed {
			p.kept[viewer] = k
		}
	}
	k.users++
	if k.idle != nil {
		k.idle.Stop()
	}
	p.mu.Unlock()
	other.close()
	return k
}

// forget takes a document out of those that are kept; its last user closes it.
func (p *pool) forget(k *kept) {
	k.dropped = true
	if p.kept[k.viewer] == k {
		delete(p.kept, k.viewer)
	}
}

// keepFor is how long a document stays open that nobody asks about.
const keepFor = time.Minute

// leave is the end of one use. The document stays open for the next one, unless it is
// not to be had any more or its place is needed.
func (k *kept) leave() {
	p := k.pool
	p.mu.Lock()
	var done *kept
	if k.users--; k.users == 0 {
		k.since = time.Now()
		if k.dropped || k.src == nil || k.src.gone() || p.waits() {
			p.forget(k)
			done = k
		} else {
			k.idle = time.AfterFunc(keepFor, k.expire)
		}
	}
	p.mu.Unlock()
	done.close()
}

// expire closes a document that nobody used.
func (k *kept) expire() {
	k.pool.mu.Lock()
	unused := k.users == 0 && !k.dropped
	if unused {
		k.pool.forget(k)
	}
	k.pool.mu.Unlock()
	if unused {
		k.close()
	}
}

// drop ends the worker at once, also under somebody's hands: what it holds in clear
// may not be looked at any more.
func (k *kept) drop() {
	k.pool.mu.Lock()
	k.pool.forget(k)
	k.pool.mu.Unlock()
	k.close()
}

// close ends the worker of k, which may be nil and may have none.
func (k *kept) close() {
	if k != nil {
		k.discard()
	}
}

// discard ends the worker k has, if any.
func (k *kept) discard() {
	k.pool.mu.Lock()
	src, unwatch := k.src, k.unwatch
	k.src, k.unwatch = nil, nil
	k.pool.mu.Unlock()
	if src != nil {
		src.Close()
		unwatch()
	}
}

// open gives the worker of k that answers, if it has one. The caller has its turn.
func (k *kept) open() *source {
	k.pool.mu.Lock()
	defer k.pool.mu.Unlock()
	if k.src == nil || k.src.gone() {
		return nil
	}
	return k.src
}

// lease is the use of a kept document.
type lease struct {
	*source
	k     *kept
	drawn chan struct{} // closed when the picture that was asked for last is there; nil: none was
}

// Image draws a page. Who leaves meanwhile does not cost the document its worker: the
// next page is asked for by the same person, a key later.
func (l *lease) Image(ctx context.Context, page int, r core.ImageRequest) (core.PageImage, error) {
	var img core.PageImage
	var err error
	drawn := make(chan struct{})
	l.drawn = drawn
	go func() {
		defer close(drawn)
		img, err = l.source.Image(context.WithoutCancel(ctx), page, r)
	}()
	select {
	case <-drawn:
		return img, err
	case <-ctx.Done():
		return core.PageImage{}, context.Cause(ctx)
	}
}

// Close gives the document back, as soon as nothing is drawn of it.
func (l *lease) Close() error {
	k, drawn := l.k, l.drawn
	l.k = nil
	if k == nil {
		return nil
	}
	back := func() {
		k.turn <- struct{}{}
		k.leave()
	}
	if drawn == nil {
		back()
		return nil
	}
	select {
	case <-drawn:
		back()
	default:
		go func() { <-drawn; back() }()
	}
	return nil
}

// Close ends all workers that are kept; nothing is kept from then on.
func (p *Opener) Close() error {
	p.pool.mu.Lock()
	p.pool.closed = true
	var all []*kept
	for _, k := range p.pool.kept {
		p.pool.forget(k)
		all = append(all, k)
	}
	p.pool.mu.Unlock()
	for _, k := range all {
		k.close()
	}
	return nil
}
