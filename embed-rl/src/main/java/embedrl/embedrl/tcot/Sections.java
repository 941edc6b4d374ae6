package embedrl.embedrl.tcot;

/**
 * The prose of a completion's sections, each empty if it is missing.
 *
 * <p>A section that is opened and not closed runs to the end of the text; {@code <rethinking>} is read as {@code <rethink>}. Text with none of the three
 * opening tags is taken as the answer, as it is all there is to go by.
 *
 * @param thinking content of the first thinking section, cue included
 * @param rethink  content of the first rethink section
 * @param answer   content of the first answer section
 */
public record Sections(String thinking, String rethink, String answer) {

    /** Reads any text; never throws. */
    public static Sections of(String completion) {
        String thinking = section(completion, TCotTags.THINKING);
        String rethink = section(completion, TCotTags.RETHINK);
        if (rethink == null) {
            rethink = section(completion, TCotTags.RETHINK_ALIAS);
        }
        String answer = section(completion, TCotTags.ANSWER);
        if (thinking == null && rethink == null && answer == null) {
            return new Sections("", "", Blanks.strip(completion));
        }
        return new Sections(orEmpty(thinking), orEmpty(rethink), orEmpty(answer));
    }

    private static String section(String text, String name) {
        int start = text.indexOf(TCotTags.open(name));
        if (start < 0) {
            return null;
        }
        int from = start + TCotTags.open(name).length();
        int to = text.indexOf(TCotTags.close(name), from);
        return Blanks.strip(to < 0 ? text.substring(from) : text.substring(from, to));
    }

    private static String orEmpty(String section) {
        return section == null ? "" : section;
    }
}
