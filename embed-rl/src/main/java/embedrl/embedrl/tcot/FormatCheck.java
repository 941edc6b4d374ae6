package embedrl.embedrl.tcot;

import java.util.List;

/** Judges whether a completion keeps the T-CoT format, strictly or leniently (Embed-RL, format reward). */
public enum FormatCheck {

    /**
     * Exactly one of each section, in order, nothing but white space between them, and a thinking section whose JSON holds, under the key that fits the
     * item, at least one entry that becomes evidence (for text: a keyword that is not blank). Text before the first and behind the last section is not judged.
     */
    STRICT {
        @Override
        public boolean accepts(String completion, Visual visual, TCotOptions options) {
            return completion != null && sectionsInOrder(completion) && hasEvidence(completion, visual, options);
        }
    },

    /** Complete sections in order, with any other text around and between them; the JSON is not looked at. */
    LENIENT {
        @Override
        public boolean accepts(String completion, Visual visual, TCotOptions options) {
            if (completion == null) {
                return false;
            }
            int at = 0;
            for (String tag : TAGS) {
                int found = completion.indexOf(tag, at);
                if (found < 0) {
                    return false;
                }
                at = found + tag.length();
            }
            return true;
        }
    };

    private static final List<String> TAGS = List.of(
            TCotTags.open(TCotTags.THINKING), TCotTags.close(TCotTags.THINKING),
            TCotTags.open(TCotTags.RETHINK), TCotTags.close(TCotTags.RETHINK),
            TCotTags.open(TCotTags.ANSWER), TCotTags.close(TCotTags.ANSWER));

    /** True if the completion, written for an item with this visual, keeps the format; null never does. */
    public abstract boolean accepts(String completion, Visual visual, TCotOptions options);

    /** {@link #accepts(String, Visual, TCotOptions)} with the default options. */
    public boolean accepts(String completion, Visual visual) {
        return accepts(completion, visual, TCotOptions.DEFAULTS);
    }

    /** The rule of this name in a configuration: {@code strict} or {@code lenient}. */
    public static FormatCheck named(String name) {
        return switch (name) {
            case "strict" -> STRICT;
            case "lenient" -> LENIENT;
            default -> throw new IllegalArgumentException("format check: unknown rule '" + name + "', use one of [strict, lenient]");
        };
    }

    private static boolean sectionsInOrder(String completion) {
        int at = 0;
        for (int i = 0; i < TAGS.size(); i++) {
            String tag = TAGS.get(i);
            int found = completion.indexOf(tag);
            if (found < at || completion.indexOf(tag, found + 1) >= 0) {
                return false;
            }
            boolean betweenSections = i == 2 || i == 4;
            if (betweenSections && !Blanks.isBlank(completion.substring(at, found))) {
                return false;
            }
            at = found + tag.length();
        }
        return true;
    }

    private static boolean hasEvidence(String completion, Visual visual, TCotOptions options) {
        ParsedTCot parsed = new TCotParser(options.withMaxEvidence(1)).parse(completion, visual);
        return switch (visual) {
            case Visual.None _ -> parsed.keywords().stream().anyMatch(keyword -> !Blanks.isBlank(keyword));
            case Visual.Picture _ -> !parsed.crops().isEmpty();
            case Visual.Frames _ -> !parsed.frames().isEmpty();
        };
    }
}
