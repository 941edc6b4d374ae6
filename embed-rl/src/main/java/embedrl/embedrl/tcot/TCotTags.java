package embedrl.embedrl.tcot;

/** The section tags and cue keys of a T-CoT, shared by the prompts that ask for them and the parser that reads them (Embed-RL, T-CoT format). */
public final class TCotTags {

    public static final String THINKING = "thinking";
    public static final String RETHINK = "rethink";
    public static final String ANSWER = "answer";

    /** A misspelling of {@link #RETHINK} that models produce: read for embedding, never rewarded. */
    public static final String RETHINK_ALIAS = "rethinking";

    /** Key of the cue of an item without a picture: an array of strings. */
    public static final String TEXT_KEYWORDS = "text_keywords";

    /** Key of the cue of an image or page: one box or an array of boxes, corners on a relative grid. */
    public static final String BBOX_2D = "bbox_2d";

    /** Key of the cue of a video: an array of 1-based positions in the list of frames shown. */
    public static final String KEY_FRAMES = "key_frames";

    private TCotTags() {
    }

    /** The opening tag of a section, as in {@code <thinking>}. */
    public static String open(String section) {
        return "<" + section + ">";
    }

    /** The closing tag of a section, as in {@code </thinking>}. */
    public static String close(String section) {
        return "</" + section + ">";
    }

    /** A whole section: the content between its opening and closing tag. */
    public static String wrap(String section, String content) {
        return open(section) + content + close(section);
    }
}
