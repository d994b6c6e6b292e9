package journal

import "dev.varve/backend/event"

// FrameInfo is a frame of a segment file, for tests that hurt one of them.
type FrameInfo struct {
	Offset, End int64
	Kind        uint64
	Commit      uint64
	Seq         uint64 // of an event
}

// Frames lists the frames at the beginning of a segment file.
func Frames(file []byte) (frames []FrameInfo) {
	for at := len(magic); at < len(file); {
		payload, v := parse(file[at:])
		if v != whole {
			break
		}
		var st stem
		if event.Unmarshal(payload, &st) != nil {
			break
		}
		f := FrameInfo{Offset: int64(at), Kind: st.Kind, Commit: st.Commit}
		if e, err := event.Decode(payload); err == nil && st.Kind == kindEvent {
			f.Seq = e.ID.Seq
		}
		at += prefix + len(payload)
		f.End = int64(at)
		frames = append(frames, f)
	}
	return frames
}

// Frame makes a whole frame around a payload.
func Frame(payload []byte) []byte {
	frame := append(make([]byte, prefix), payload...)
	if err := finish(frame, maxPayload); err != nil {
		panic(err)
	}
	return frame
}

const (
	SegmentMagic = magic
	MaxEvent     = maxEvent
	MaxFold      = maxFold
	HeaderRoom   = headerRoom
	KindHeader   = kindHeader
	KindEvent    = kindEvent
	KindSeal     = kindSeal
	KindFold     = kindFold
)

// FoldInfo is what a fold frame carries.
type FoldInfo struct {
	Name   string // of the segment's file
	Offset int64
	Frames []byte
	Final  bool
}

// Folds lists the fold frames of a segment file.
func Folds(file []byte) (folds []FoldInfo) {
	for _, f := range Frames(file) {
		var body fold
		if f.Kind != kindFold || event.Unmarshal(file[f.Offset+prefix:f.End], &body) != nil {
			continue
		}
		folds = append(folds, FoldInfo{Name: segmentName(body.Segment), Offset: body.Offset, Frames: body.Frames, Final: body.Final})
	}
	return folds
}
