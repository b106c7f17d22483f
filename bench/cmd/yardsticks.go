package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"strconv"
)

// startFloor starts bench/floor, which makes its own rows.
func startFloor(ctx context.Context, name, dir string, patients int, flags ...string) (*subject, error) {
	data := filepath.Join(dir, fmt.Sprintf("%s-%d", name, patients))
	s, err := start(ctx, name, patients, "/health", func(addr string) *exec.Cmd {
		return exec.CommandContext(ctx, filepath.Join(dir, "floor"), append([]string{"-addr", addr, "-data", data, "-patients", strconv.Itoa(patients)}, flags...)...)
	})
	if err != nil {
		return s, err
	}
	var in struct {
		Token string `json:"token"`
	}
	if err := s.call(ctx, http.MethodPost, "/login", nil, &in); err != nil {
		return s, err
	}
	s.token = "Bearer " + in.Token
	s.works = map[string]request{
		list: s.get("/patients"), deepest: s.get(fmt.Sprintf("/patients?after=Family%06d,0", patients-50)),
		patient: s.get("/patients/" + strconv.Itoa(patients/7)), oneRecord: s.get("/records/1"),
		plain: s.get("/records/1/download"), download: s.get("/records/1/sealed"), upload: s.sender("/records", nil),
	}
	if name != "floor" {
		s.works = map[string]request{list: s.works[list], oneRecord: s.works[oneRecord]}
	}
	return s, nil
}

// startPocketBase makes the rows with bench/pocketbase and starts it.
func startPocketBase(ctx context.Context, dir string, patients int) (*subject, error) {
	program, data := filepath.Join(dir, "pocketbase"), filepath.Join(dir, fmt.Sprintf("pocketbase-%d", patients))
	seed := exec.CommandContext(ctx, program, "seed", "--dir", data, "--patients", strconv.Itoa(patients))
	var errs bytes.Buffer
	seed.Stderr = &errs
	out, err := seed.Output()
	if err != nil {
		return nil, fmt.Errorf("pocketbase seed: %w: %.500s", err, errs.Bytes())
	}
	ids := bytes.Fields(out)
	if len(ids) < 4 {
		return nil, fmt.Errorf("pocketbase seed said %.200q", out)
	}
	ids = ids[len(ids)-4:]
	s, err := start(ctx, "PocketBase", patients, "/api/health", func(addr string) *exec.Cmd {
		return exec.CommandContext(ctx, program, "serve", "--dir", data, "--http", addr)
	})
	if err != nil {
		return s, err
	}
	var in struct {
		Token string `json:"token"`
	}
	if err := s.call(ctx, http.MethodPost, "/api/collections/users/auth-with-password",
		map[string]string{"identity": "ann@example.org", "password": "correct-horse-9"}, &in); err != nil {
		return s, err
	}
	s.token = in.Token
	if err := s.call(ctx, http.MethodPost, "/api/files/token", map[string]string{}, &in); err != nil {
		return s, err
	}
	page := "/api/collections/patients/records?perPage=50&sort=last_name,id"
	s.works = map[string]request{
		list: s.get(page), listBare: s.get(page + "&skipTotal=1"), deepest: s.get(page + "&skipTotal=1&page=" + strconv.Itoa(patients/50)),
		patient:   s.get("/api/collections/patients/records/" + string(ids[0])),
		oneRecord: s.get("/api/collections/documents/records/" + string(ids[1])),
		plain:     s.get(fmt.Sprintf("/api/files/documents/%s/%s?token=%s", ids[1], ids[2], in.Token)),
		upload:    s.sender("/api/collections/documents/records", map[string]string{"patient": string(ids[0]), "title": "Letter"}),
	}
	s.works[download] = s.works[plain] // what ours is compared with; PocketBase seals nothing
	delete(s.works, plain)
	return s, nil
}
