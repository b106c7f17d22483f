package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"clinician/internal/core"
)

func TestWhoIsNotSignedInIsSentThere(t *testing.T) {
	t.Parallel()
	v := shared.visitor(t)
	for path, to := range map[string]string{
		"/":                                "/login/?next=/",
		"/clinician/dashboard/":            "/login/?next=/clinician/dashboard/",
		"/clinician/patients/?q=a+b&c=%2F": "/login/?next=/clinician/patients/%3Fq%3Da%2Bb%26c%3D%252F",
		"/clinician/nothing/":              "/login/?next=/clinician/nothing/",
	} {
		v.get(path).want(302).to(to).silent("<main")
	}
	v.get("/clinician/dashboard").want(301).to("/clinician/dashboard/")
	v.do("DELETE", "/clinician/dashboard/", nil).want(302).to("/login/?next=/clinician/dashboard/")
	v.get("/clinician/dashboard/", "Cookie", "access_token=nonsense").want(302).to("/login/?error=session_expired")
	v.get("/clinician/dashboard/", "Authorization", "Bearer x").want(302).to("/login/?next=/clinician/dashboard/")
}

func TestSignInAndOut(t *testing.T) {
	t.Parallel()
	ann := shared.clinician(t, "Ann", "Abbott")
	v := shared.visitor(t)
	v.get("/login/?next=/clinician/patients/%3Fq%3Dx").want(200).says("Sign in", "Password")
	v.post("/login/", url.Values{"email": {ann.User.Email}, "password": {"wrong"}}).want(401).says("not right").silent(`value="wrong"`)
	before := v.cookie("csrftoken")
	a := v.post("/login/", url.Values{"email": {ann.User.Email}, "password": {password}, "next": {"/clinician/patients/?q=x"}}).
		want(303).to("/clinician/patients/?q=x")
	for _, c := range a.header.Values("Set-Cookie") {
		name, _, _ := strings.Cut(c, "=")
		if !strings.Contains(c, "SameSite=Lax") || !strings.Contains(c, "Path=/") || name != "csrftoken" && !strings.Contains(c, "HttpOnly") {
			t.Errorf("cookie %s is %q", name, c)
		}
	}
	if after := v.cookie("csrftoken"); after == before || after == "" {
		t.Error("the token of forms stays the same over signing in")
	}
	day := v.get("/clinician/dashboard/").want(200).says("Ann Abbott", "Sign out")
	if got := day.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control of a page is %q", got)
	}
	access := v.cookie("access_token")
	v.post("/logout/", nil).want(303).to("/login/?error=signed_out")
	v.get("/clinician/dashboard/").want(302).to("/login/?next=/clinician/dashboard/")
	shared.visitor(t).get("/clinician/dashboard/", "Cookie", "access_token="+access).want(302).to("/login/?error=session_expired")
}

func TestAfterSigningInOnlyOwnPages(t *testing.T) {
	t.Parallel()
	ann := shared.clinician(t, "Ann", "Abbott")
	for _, next := range []string{"https://evil.example/", "//evil.example/", `/\evil.example/`, "/\t/evil.example", "javascript:alert(1)", "", "clinician/"} {
		v := shared.visitor(t)
		v.get("/login/?next=" + url.QueryEscape(next)).want(200).silent("evil.example")
		v.post("/login/", url.Values{"email": {ann.User.Email}, "password": {password}, "next": {next}}).want(303).to("/clinician/dashboard/")
	}
}

func TestTheSessionIsRenewedByItsRefreshToken(t *testing.T) {
	t.Parallel()
	ann := shared.clinician(t, "Ann", "Abbott")
	v := shared.visitor(t)
	a := v.get("/clinician/dashboard/", "Cookie", "access_token=ended; refresh_token="+ann.Tokens.Refresh).want(200).says("Ann Abbott")
	if len(a.header.Values("Set-Cookie")) != 3 {
		t.Errorf("the answer sets %q", a.header.Values("Set-Cookie"))
	}
	v.get("/clinician/dashboard/").want(200)
}

func TestSignOutEverywhere(t *testing.T) {
	t.Parallel()
	ann := shared.clinician(t, "Ann", "Abbott")
	here, there := shared.signedIn(t, ann), shared.signedIn(t, ann)
	here.post("/logout/", url.Values{"everywhere": {"true"}}).want(303)
	there.get("/clinician/dashboard/").want(302).to("/login/?error=session_expired")
}

func TestSignUp(t *testing.T) {
	t.Parallel()
	v := shared.visitor(t)
	v.get("/signup/").want(200).says("Specialization", "Breast Cancer")
	form := url.Values{"email": {"new.person@example.org"}, "password": {"short"}, "password_confirm": {"short"}, "first_name": {"New"},
		"last_name": {"Person"}, "phone_number": {"1"}, "specialization_id": {"1"}}
	v.post("/signup/", form).want(400).says("at least 8 characters").silent(`value="short"`)
	form.Set("password", password)
	form.Set("password_confirm", password)
	v.post("/signup/", form).want(303).to("/clinician/dashboard/")
	v.get("/clinician/dashboard/").want(200).says("New Person")
}

func TestFormsFromElsewhereAreRefused(t *testing.T) {
	t.Parallel()
	ann := shared.clinician(t, "Ann", "Abbott")
	v := shared.signedIn(t, ann)
	token := url.Values{"csrfmiddlewaretoken": {v.cookie("csrftoken")}}
	for name, headers := range map[string][]string{
		"a foreign origin with a valid token": {"Origin", "https://evil.example"},
		"an origin of nothing":                {"Origin", "null"},
		"another site":                        {"Sec-Fetch-Site", "cross-site"},
		"another host of the site":            {"Sec-Fetch-Site", "same-site", "Origin", "http://other.example"},
	} {
		if a := v.post("/logout/", token, headers...); a.status != http.StatusForbidden {
			t.Errorf("%s: status %d", name, a.status)
		}
	}
	for name, bad := range map[string]string{"no token": "-", "another token": strings.Repeat("a", 43)} {
		if a := v.post("/logout/", url.Values{"csrfmiddlewaretoken": {bad}}); a.status != http.StatusForbidden {
			t.Errorf("%s: status %d", name, a.status)
		}
	}
	v.get("/clinician/dashboard/").want(200)
	v.post("/logout/", url.Values{"csrfmiddlewaretoken": {"-"}}, "X-CSRFToken", v.cookie("csrftoken")).want(303)
	v = shared.signedIn(t, ann)
	v.post("/logout/", url.Values{"csrfmiddlewaretoken": {"-"}}, "Origin", shared.url).want(303)
}

func TestCookiesAreNotForTheAPI(t *testing.T) {
	t.Parallel()
	ann := shared.clinician(t, "Ann", "Abbott")
	v := shared.signedIn(t, ann)
	v.get("/api/clinician/patients/").want(401)
	p := shared.patient(t, ann, catalina())
	r := shared.document(t, ann, p.ID, "note.txt", "Haemoglobin 11.2 g/dL")
	v.get("/api/files/medical-records/" + r.ID + "/download/").want(200)
	v.do("DELETE", "/api/files/medical-records/"+r.ID+"/delete/", nil).want(401)
}

func TestOnlyMyPatients(t *testing.T) {
	t.Parallel()
	ann, ben := shared.clinician(t, "Ann", "Abbott"), shared.clinician(t, "Ben", "Baker")
	mine, other := shared.patient(t, ann, catalina()), shared.patient(t, ben, core.NewPatient{FirstName: "Dimitri", LastName: "Zorngarten"})
	v := shared.signedIn(t, ann)
	v.get("/clinician/patients/").want(200).says("QUILLFEATHER, Catalina (Mrs)", "08-May-1940", "Female", "1 patient is assigned").silent("ZORNGARTEN")
	v.get(chart(mine.ID)).want(200).says("QUILLFEATHER, Catalina (Mrs) Born 08-May-1940", "Known allergies: Penicillin (recorded 30-Sep-2020)", "No documents")
	for _, id := range []int64{other.ID, 99999999} {
		v.get(chart(id)).want(403).says("You are not authorized to view this patient").silent("ZORNGARTEN")
	}
	v.get("/clinician/patients/abc/dashboard/").want(404)
}

func TestAbsenceIsNotAFinding(t *testing.T) {
	t.Parallel()
	ann := shared.clinician(t, "Ann", "Abbott")
	p := shared.patient(t, ann, core.NewPatient{FirstName: "Nobody", LastName: "Knows"})
	shared.signedIn(t, ann).get(chart(p.ID)).want(200).says("Born Not known", "Allergies not recorded", "Phone Not recorded")
}
