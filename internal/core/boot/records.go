package boot

import (
	"context"
	"strings"
	"unicode/utf8"

	"clinician/internal/core"
	"clinician/internal/core/app"
	"clinician/internal/core/records"
)

// Hold places a legal hold on a record, Release takes one away, whoever placed
// it: what the privacy officer asks for.
func (a *Admin) Hold(ctx context.Context, recordID, reason string) (core.Record, error) {
	return a.withReason(ctx, recordID, reason, core.EventRecordHeld, a.Lifecycle.HoldRecord)
}

// Release takes a legal hold away, whoever placed it.
func (a *Admin) Release(ctx context.Context, recordID, reason string) (core.Record, error) {
	return a.withReason(ctx, recordID, reason, core.EventRecordReleased, a.Lifecycle.ReleaseRecord)
}

func (a *Admin) withReason(ctx context.Context, recordID, reason, event string,
	act func(context.Context, string, string, core.AuditEvent) (core.Record, error)) (core.Record, error) {
	reason = app.CleanLine(reason)
	if n := utf8.RuneCountInString(reason); n < 3 || n > 500 {
		return core.Record{}, core.Errorf(core.CodeInvalid, "Say why, in 3 to 500 characters.")
	}
	ev := shellEvent(event, core.ActionUpdate)
	ev.RecordID = strings.TrimSpace(recordID)
	r, err := account(ctx, a.Audit, a.Lifecycle, ev, func(stored core.AuditEvent) (core.Record, error) {
		return act(ctx, ev.RecordID, reason, stored)
	}, func(ev *core.AuditEvent, r core.Record) { ev.PatientID = r.PatientID })
	if core.IsNotFound(err) {
		return r, core.Errorf(core.CodeNotFound, "There is no record %s.", recordID)
	}
	return r, err
}

// CheckVault compares every record with the stored content, and with readData
// reads all of it. It repairs nothing. What it found is recorded.
func (a *Admin) CheckVault(ctx context.Context, readData bool) (records.Report, error) {
	report, err := a.data.Records.Check(ctx, readData)
	if err != nil {
		return report, err
	}
	return report, a.data.recordCheck(ctx, report)
}

// recordCheck records that the vault was checked, and what that found.
func (d *data) recordCheck(ctx context.Context, report records.Report) error {
	ev := shellEvent(core.EventRecordVerified, core.ActionExecute)
	ev.Detail["records"], ev.Detail["read"], ev.Detail["problems"] = report.Records, report.Read, len(report.Problems)
	if len(report.Problems) > 0 {
		ev.Outcome = core.OutcomeFailure
	}
	return d.Audit.Append(ctx, ev)
}
