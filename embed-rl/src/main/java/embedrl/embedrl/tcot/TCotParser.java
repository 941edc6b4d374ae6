package embedrl.embedrl.tcot;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads a completion as a T-CoT: text parts and the evidence that fits the item (Embed-RL, required parsing behavior).
 *
 * <p>Whatever a model writes is accepted: text without a complete thinking section is one plain part without evidence, objects that are not JSON and
 * entries that do not fit are skipped, and text cut off by a token limit is used as far as it goes. No string makes it throw.
 */
public final class TCotParser {

    private final TCotOptions options;

    public TCotParser(TCotOptions options) {
        this.options = options;
    }

    /** A parser with {@link TCotOptions#DEFAULTS}. */
    public static TCotParser withDefaults() {
        return new TCotParser(TCotOptions.DEFAULTS);
    }

    /**
     * Parses one completion against the item it was written for.
     *
     * @param completion the Reasoner's text; null or blank means there is no T-CoT
     */
    public ParsedTCot parse(String completion, Visual visual) {
        if (completion == null || Blanks.isBlank(completion)) {
            return ParsedTCot.NONE;
        }
        String open = TCotTags.open(TCotTags.THINKING);
        String close = TCotTags.close(TCotTags.THINKING);
        int start = completion.indexOf(open);
        int end = start < 0 ? -1 : completion.indexOf(close, start + open.length());
        if (end < 0) {
            return new ParsedTCot(List.of(completion), List.of(), List.of(), List.of());
        }
        String thinking = completion.substring(start + open.length(), end);
        String rest = Blanks.strip(completion.substring(end + close.length()));

        var parts = new ArrayList<String>(2);
        parts.add(open + thinking + close + "\n");
        if (!rest.isEmpty()) {
            parts.add(rest);
        }
        Cue cue = CueReader.read(thinking);
        return switch (visual) {
            case Visual.None _ -> new ParsedTCot(parts, List.of(), List.of(), cue.keywords());
            case Visual.Picture picture -> new ParsedTCot(parts, crops(cue, picture), List.of(), cue.keywords());
            case Visual.Frames video -> new ParsedTCot(parts, List.of(), frames(cue, video), cue.keywords());
        };
    }

    private List<PixelBox> crops(Cue cue, Visual.Picture picture) {
        return cue.boxes().stream()
                .flatMap(corners -> PixelBox.of(corners, picture, options).stream())
                .limit(options.maxEvidence())
                .toList();
    }

    private List<Integer> frames(Cue cue, Visual.Frames video) {
        return cue.frames().stream()
                .map(frame -> frame - options.frameBase())
                .filter(frame -> frame >= 0 && frame < video.count())
                .map(Long::intValue)
                .distinct()
                .limit(options.maxEvidence())
                .toList();
    }
}
