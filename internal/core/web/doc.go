// Package web is the browser's way to the use cases of core/app: pages of HTML that
// work without a script, and cookies that carry the session. A handler reads a form,
// calls use cases, and fills a template; what a thing is called and how a value is
// worded comes from core/present, as everywhere.
//
// Start reading at the table in routes.go, then at one handler (patients.go) and its
// template. session.go has cookies and their renewal, guard.go what protects forms.
package web
