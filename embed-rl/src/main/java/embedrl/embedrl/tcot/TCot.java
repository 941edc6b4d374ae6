package embedrl.embedrl.tcot;

import embedrl.datasets.Trace;

/**
 * A T-CoT that we write ourselves, for worked examples and for training pairs with known evidence.
 *
 * @param thinking prose in front of the cue
 * @param evidence the cue, at the end of the thinking section
 * @param rethink  prose that narrows the cue down to what matters for retrieval
 * @param answer   the summary, phrased as what is to be matched
 */
public record TCot(String thinking, Evidence evidence, String rethink, String answer) {

    public TCot {
        rejectTags("thinking", thinking);
        rejectTags("rethink", rethink);
        rejectTags("answer", answer);
    }

    /** The T-CoT that states the true facts of an item. */
    public static TCot of(Trace trace) {
        return new TCot(trace.thinking(), Evidence.of(trace), trace.rethink(), trace.answer());
    }

    /** The completion text: three sections on one line, a text that {@link FormatCheck#STRICT} accepts for an item that holds the evidence. */
    public String render() {
        String prose = thinking.isEmpty() ? "" : thinking + " ";
        return TCotTags.wrap(TCotTags.THINKING, prose + evidence.json())
                + TCotTags.wrap(TCotTags.RETHINK, rethink)
                + TCotTags.wrap(TCotTags.ANSWER, answer);
    }

    private static void rejectTags(String section, String prose) {
        for (String name : new String[] {TCotTags.THINKING, TCotTags.RETHINK, TCotTags.ANSWER}) {
            if (prose.contains(TCotTags.open(name)) || prose.contains(TCotTags.close(name))) {
                throw new IllegalArgumentException("tcot: the prose of section '" + section + "' must not contain the tags of '" + name + "', got: " + prose);
            }
        }
    }
}
