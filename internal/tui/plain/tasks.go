package plain

import (
	"context"
	"strings"

	"clinician/internal/core"
	"clinician/internal/core/present"
	"clinician/internal/core/text"
	"clinician/internal/tui/page"
)

// tasks reads out what the user is to do ("sent": what they sent, "all": ended ones too).
func (s *plainShell) tasks(ctx context.Context, which string) error {
	q := core.TaskQuery{Sent: which == "sent", All: which != ""}
	l, err := s.Backend.Tasks(ctx, q)
	if err != nil {
		return err
	}
	s.list()
	if len(l.Results) == 0 {
		s.say("There is no such task.")
		return nil
	}
	s.say("%s, most urgent first, %d overdue.", page.Count(l.Count, "task"), l.Overdue)
	for _, t := range l.Results {
		whose := ""
		if t.PatientName != "" {
			whose = t.PatientName + ", born " + present.LongDate(t.PatientBorn) + ": "
		}
		s.choiceOf(t, func() error {
			if t.PatientName == "" {
				return core.Errorf(core.CodeForbidden, "This task is about a patient who is not yours.")
			}
			if err := s.openPatient(ctx, t.PatientID); err != nil {
				return err
			}
			return s.openAt(ctx, t.RecordID, 1)
		}, "%s%s.", whose, present.Aloud(present.TaskSentence(t)))
	}
	return nil
}

// sendTask sends a task about the open document: "EMAIL, DAY, TEXT".
func (s *plainShell) sendTask(ctx context.Context, typed string) error {
	return s.taskAbout(ctx, typed, "")
}

// sendValueTask sends one about value N of the last list.
func (s *plainShell) sendValueTask(ctx context.Context, typed string) error {
	v, rest, err := itemOf[core.Value](s, typed, "values")
	if err != nil {
		return err
	}
	return s.taskAbout(ctx, rest, v.ID)
}

func (s *plainShell) taskAbout(ctx context.Context, typed, valueID string) error {
	parts := strings.SplitN(typed, ",", 3)
	if len(parts) != 3 {
		return core.Errorf(core.CodeInvalid, "Type task, an e-mail address, a day and what is to be done, with commas between them.")
	}
	due, err := text.ReadDate(strings.TrimSpace(parts[1]), s.Clock().In(s.Location))
	if err != nil {
		return err
	}
	t := core.NewTask{Owner: strings.TrimSpace(parts[0]), Due: due, Note: strings.TrimSpace(parts[2]), ValueID: valueID}
	ok, err := s.yes(ctx, "Send this to "+t.Owner+", about "+present.Or(s.record.Title)+" of "+s.identity()+": "+t.Note+" Type yes:")
	if err != nil || !ok {
		return err
	}
	made, err := s.Backend.SendTask(ctx, s.record.ID, t)
	if err != nil {
		return err
	}
	s.say("Sent to %s, %s.", made.OwnerName, present.Aloud(present.TaskDue(made)))
	return nil
}

func (s *plainShell) takeOn(ctx context.Context, typed string) error {
	return s.changeTask(ctx, typed, core.TaskAccept, "take it on?", "Taken on.")
}

func (s *plainShell) taskDone(ctx context.Context, typed string) error {
	return s.changeTask(ctx, typed, core.TaskComplete, "is it done?", "It is done; who sent it sees that.")
}

func (s *plainShell) takeBack(ctx context.Context, typed string) error {
	return s.changeTask(ctx, typed, core.TaskCancel, "take it back?", "It is taken back.")
}

// changeTask does an act on a task of the last list: "N", with an answer where it is done.
func (s *plainShell) changeTask(ctx context.Context, typed string, act core.TaskAct, question, said string) error {
	t, answer, err := itemOf[core.Task](s, typed, "tasks")
	if err != nil {
		return err
	}
	ok, err := s.yes(ctx, present.Aloud(present.TaskSentence(t))+": "+question+" Type yes:")
	if err != nil || !ok {
		return err
	}
	if _, err := s.Backend.ChangeTask(ctx, t.ID, t.Version, act, answer); err != nil {
		return err
	}
	s.say("%s", said)
	return nil
}
