package embedrl.models.tokenizer;

import java.util.Arrays;
import java.util.List;

/**
 * Decodes one token after another, and finds stop strings across their borders.
 *
 * <p>A character whose bytes are not complete yet is held back; text that may be the beginning of a stop string is not handed
 * out. One object serves one sequence and one thread.
 */
public final class StreamingDecoder {
    private final BpeTokenizer tokenizer;
    private final List<String> stops;
    private final boolean skipSpecial;
    private final StringBuilder text = new StringBuilder();
    private byte[] incomplete = new byte[0];
    private int searched;
    private int taken;
    private int stopStart = -1;
    private String stop;
    private boolean finished;

    /** Decodes with stop strings, which may be none but not empty, and without special tokens where asked. */
    public StreamingDecoder(BpeTokenizer tokenizer, List<String> stops, boolean skipSpecial) {
        if (stops.stream().anyMatch(String::isEmpty)) {
            throw new IllegalArgumentException("streaming decoder: a stop string must not be empty, got " + stops);
        }
        this.tokenizer = tokenizer;
        this.stops = List.copyOf(stops);
        this.skipSpecial = skipSpecial;
    }

    /** Takes the next token; whether a stop string is complete. */
    public boolean append(int id) {
        if (finished) {
            throw new IllegalStateException("streaming decoder: a token came after the end");
        }
        if (!skipSpecial || !tokenizer.isSpecial(id)) {
            byte[] added = tokenizer.bytes(id);
            byte[] bytes = Arrays.copyOf(incomplete, incomplete.length + added.length);
            System.arraycopy(added, 0, bytes, incomplete.length, added.length);
            int complete = bytes.length - LossyUtf8.incompleteTail(bytes);
            text.append(LossyUtf8.decode(bytes, 0, complete));
            incomplete = Arrays.copyOfRange(bytes, complete, bytes.length);
            search();
        }
        return stop != null;
    }

    /** Ends the sequence: bytes still waiting become U+FFFD. */
    public void finish() {
        finished = true;
        text.append(LossyUtf8.decode(incomplete, 0, incomplete.length));
        incomplete = new byte[0];
        search();
    }

    /** Whether a stop string has come. */
    public boolean stopped() {
        return stop != null;
    }

    /** The stop string that came first, or null. */
    public String stop() {
        return stop;
    }

    /** Everything decoded, a stop string and what followed it in its last token included. */
    public String text() {
        return text.toString();
    }

    /** The text before the stop string; all of it where none came. */
    public String textBeforeStop() {
        return stop == null ? text() : text.substring(0, stopStart);
    }

    /** The text up to and including the stop string; all of it where none came. */
    public String textThroughStop() {
        return stop == null ? text() : text.substring(0, stopStart + stop.length());
    }

    /** The text that is certain and was not taken before: what a stream shows next. Never part of a stop string. */
    public String take() {
        int end = stop != null ? stopStart : finished ? text.length() : text.length() - openStop();
        String part = text.substring(taken, Math.max(taken, end));
        taken += part.length();
        return part;
    }

    // The earliest stop counts; of those at one place the one named first.
    private void search() {
        if (stop != null) {
            return;
        }
        int longest = 0;
        for (String candidate : stops) {
            longest = Math.max(longest, candidate.length());
            int at = text.indexOf(candidate, searched);
            if (at >= 0 && (stop == null || at < stopStart)) {
                stop = candidate;
                stopStart = at;
            }
        }
        searched = Math.max(searched, text.length() - Math.max(0, longest - 1));
    }

    // The length of the longest end of the text that begins a stop string.
    private int openStop() {
        int longest = 0;
        for (String candidate : stops) {
            for (int length = Math.min(candidate.length() - 1, text.length()); length > longest; length--) {
                if (text.substring(text.length() - length).equals(candidate.substring(0, length))) {
                    longest = length;
                }
            }
        }
        return longest;
    }
}
