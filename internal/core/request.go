package core

import "context"

type requestIDKey struct{}

// WithRequestID notes the id of the request that ctx belongs to: it goes along to other
// services, so that their logs can be laid beside ours. It decides nothing.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey{}, id)
}

// RequestID gives the id noted in ctx; "" for none.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}
