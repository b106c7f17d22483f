// Command pocketbase is PocketBase with the rows that the API bench asks for,
// to measure ours beside a server that people use. "seed" makes the rows; what
// else it can do is PocketBase's own ("serve --http 127.0.0.1:8090").
package main

import (
	"crypto/rand"
	"fmt"
	"log"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"
	"github.com/spf13/cobra"
)

const (
	email    = "ann@example.org"
	password = "correct-horse-9"
)

func main() {
	// Said outright: a binary in a temporary directory would run in development
	// mode otherwise, which prints every statement.
	app := pocketbase.NewWithConfig(pocketbase.Config{DefaultDev: false, HideStartBanner: true})
	patients := 10_000
	seed := &cobra.Command{Use: "seed", Short: "Make the rows of the bench and print the ids it asks for", Args: cobra.NoArgs, SilenceUsage: true,
		RunE: func(*cobra.Command, []string) error { return seed(app, patients) }}
	seed.Flags().IntVar(&patients, "patients", patients, "patients of the one clinician")
	app.RootCmd.AddCommand(seed)
	if err := app.Start(); err != nil {
		log.Fatal(err)
	}
}

func seed(app core.App, n int) error {
	if err := app.RunAllMigrations(); err != nil {
		return err
	}
	// Without its log, which it keeps in a database: the comparison is in its favour.
	app.Settings().Logs.MaxDays = 0
	if err := app.Save(app.Settings()); err != nil {
		return err
	}
	users, err := app.FindCollectionByNameOrId("users")
	if err != nil {
		return err
	}
	users.AuthToken.Duration, users.FileToken.Duration = 86400, 86400
	if err := app.Save(users); err != nil {
		return err
	}
	ann := core.NewRecord(users)
	ann.SetEmail(email)
	ann.SetPassword(password)
	if err := app.Save(ann); err != nil {
		return err
	}
	patients, documents, err := collections(app, users.Id)
	if err != nil {
		return err
	}
	first, err := people(app, patients, ann.Id, n)
	if err != nil {
		return err
	}
	content := make([]byte, 5<<20)
	_, _ = rand.Read(content) // never fails
	file, err := filesystem.NewFileFromBytes(content, "report.txt")
	if err != nil {
		return err
	}
	doc := core.NewRecord(documents)
	doc.Set("patient", first)
	doc.Set("title", "Report")
	doc.Set("file", file)
	if err := app.Save(doc); err != nil {
		return err
	}
	fmt.Printf("%s %s %s %s\n", first, doc.Id, doc.GetString("file"), ann.Id)
	return nil
}

// collections makes patients, which their clinician sees, and their documents.
func collections(app core.App, users string) (patients, documents *core.Collection, err error) {
	patients = core.NewBaseCollection("patients")
	mine := "clinician = @request.auth.id"
	patients.ListRule, patients.ViewRule = &mine, &mine
	patients.Fields.Add(&core.RelationField{Name: "clinician", CollectionId: users, Required: true, MaxSelect: 1})
	for _, name := range []string{"mrn", "first_name", "last_name", "email", "title", "phone_number", "address", "date_of_birth", "gender", "notes"} {
		patients.Fields.Add(&core.TextField{Name: name})
	}
	patients.Fields.Add(&core.AutodateField{Name: "created", OnCreate: true})
	patients.AddIndex("panel", false, "clinician, last_name, id", "")
	if err := app.Save(patients); err != nil {
		return nil, nil, err
	}
	documents = core.NewBaseCollection("documents")
	theirs := "patient.clinician = @request.auth.id"
	documents.ListRule, documents.ViewRule, documents.CreateRule = &theirs, &theirs, &theirs
	documents.Fields.Add(
		&core.RelationField{Name: "patient", CollectionId: patients.Id, Required: true, MaxSelect: 1},
		&core.TextField{Name: "title"},
		&core.FileField{Name: "file", MaxSelect: 1, MaxSize: 50 << 20, Protected: true},
		&core.AutodateField{Name: "created", OnCreate: true},
	)
	documents.AddIndex("of_patient", false, "patient", "")
	return patients, documents, app.Save(documents)
}

// people stores n patients and gives the id of the first.
func people(app core.App, patients *core.Collection, clinician string, n int) (first string, err error) {
	now := time.Now().UTC().Format("2006-01-02 15:04:05.000Z")
	err = app.RunInTransaction(func(tx core.App) error {
		for i := range n {
			id := fmt.Sprintf("p%014d", i)
			if i == 0 {
				first = id
			}
			_, err := tx.DB().Insert(patients.Name, dbx.Params{"id": id, "clinician": clinician, "mrn": fmt.Sprintf("%010d", i),
				"first_name": fmt.Sprintf("Given%d", i), "last_name": fmt.Sprintf("Family%06d", i*7919%n), "email": fmt.Sprintf("p%d@patients.invalid", i),
				"title": "Ms", "phone_number": "07700 900123", "address": fmt.Sprintf("%d Larkspur Way, Wexmoor ZZ12 3AA", i%180),
				"date_of_birth": fmt.Sprintf("19%02d-03-14", i%100), "gender": "FEMALE", "notes": "", "created": now}).Execute()
			if err != nil {
				return err
			}
		}
		return nil
	})
	return first, err
}
