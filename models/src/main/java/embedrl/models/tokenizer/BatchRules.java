package embedrl.models.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a {@code tokenizer.json} states about batches: where texts are cut and how they are filled up to one length.
 *
 * @param cut  section {@code truncation}; empty: texts stay as long as they are
 * @param fill section {@code padding}; empty: each text keeps its length
 */
public record BatchRules(Optional<Cut> cut, Optional<Fill> fill) {
    /** Nothing is stated. */
    public static final BatchRules NONE = new BatchRules(Optional.empty(), Optional.empty());

    /** The end of a text at which something is done. */
    public enum Side { LEFT, RIGHT }

    /**
     * Where texts are cut. A stride is not kept: it only concerns the parts cut off, which are not given here.
     *
     * @param maxTokens longest text, special tokens included
     * @param which     the text of a pair that is cut
     * @param side      the end at which tokens are lost
     */
    public record Cut(int maxTokens, Truncation which, Side side) {}

    /**
     * How texts are filled up.
     *
     * @param length     of all texts, longer ones stay as they are; empty: that of the longest
     * @param multipleOf the length is rounded up to a multiple of this
     * @param side       the end at which tokens are added
     * @param id         the token added
     * @param typeId     its type
     * @param token      its writing
     */
    public record Fill(Optional<Integer> length, int multipleOf, Side side, int id, int typeId, String token) {}

    /**
     * One text of a batch.
     *
     * @param tokens    special tokens and filling included; filling has the range 0 to 0
     * @param attention 1 at each token of the text and the template, 0 at filling [T]
     */
    public record Row(Encoding tokens, int[] attention) {}

    /** The end at which texts are cut; the right one where nothing is stated. */
    public Side cutSide() {
        return cut.map(Cut::side).orElse(Side.RIGHT);
    }

    /** The tokens that are left of a text of which so many may stay. */
    Encoding shortened(Encoding text, int left) {
        return cutSide() == Side.RIGHT ? text.range(0, left) : text.range(text.length() - left, text.length());
    }

    /** Encodings of a batch, cut already, filled up. */
    List<Row> filled(List<Encoding> texts) {
        int longest = texts.stream().mapToInt(Encoding::length).max().orElse(0);
        int length = fill.isEmpty() ? 0 : Math.ceilDiv(fill.get().length().orElse(longest), fill.get().multipleOf()) * fill.get().multipleOf();
        List<Row> rows = new ArrayList<>(texts.size());
        for (Encoding text : texts) {
            int added = Math.max(0, length - text.length());
            int begin = added > 0 && fill.get().side() == Side.LEFT ? added : 0;
            int[] attention = new int[text.length() + added];
            Arrays.fill(attention, begin, begin + text.length(), 1);
            rows.add(new Row(added == 0 ? text : new Encoding(placed(text.ids(), begin, added, fill.get().id()), placed(text.typeIds(), begin, added, fill.get().typeId()),
                    placed(text.starts(), begin, added, 0), placed(text.ends(), begin, added, 0)), attention));
        }
        return rows;
    }

    private static int[] placed(int[] values, int begin, int added, int filling) {
        int[] all = new int[values.length + added];
        Arrays.fill(all, filling);
        System.arraycopy(values, 0, all, begin, values.length);
        return all;
    }
}
