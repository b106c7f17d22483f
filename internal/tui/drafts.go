package tui

// draftKeeper keeps what was typed and not sent, in memory only, so that
// leaving a screen or being locked out loses nothing. It belongs to one user.
type draftKeeper struct {
	owner int64
	list  map[string]any
}

func (d *draftKeeper) of(owner int64) map[string]any {
	if d.owner != owner || d.list == nil {
		d.owner, d.list = owner, map[string]any{}
	}
	return d.list
}

// keep keeps a draft under a key; nil forgets it.
func (e *env) keep(key string, draft any) {
	if draft == nil {
		delete(e.drafts.of(e.userID()), key)
		return
	}
	e.drafts.of(e.userID())[key] = draft
}

// draftOf gives a draft, if there is one of this kind.
func draftOf[T any](e *env, key string) (T, bool) {
	v, ok := e.drafts.of(e.userID())[key].(T)
	return v, ok
}
