package embedrl.models.tokenizer;

import java.util.List;

/**
 * The special tokens that a model expects around one text, and around and between a pair.
 *
 * @param single for one text: exactly one {@link Text} of sequence 0
 * @param pair   for two texts: exactly one {@link Text} of each sequence
 */
public record SequenceTemplate(List<Piece> single, List<Piece> pair) {
    /** Nothing around a text; the second text follows the first. */
    public static final SequenceTemplate NONE = new SequenceTemplate(List.of(new Text(0, 0)), List.of(new Text(0, 0), new Text(1, 1)));

    /** One part of a template. */
    public sealed interface Piece {
        /** The type of the tokens of this part. */
        int typeId();
    }

    /** All tokens of the first (0) or second (1) text. */
    public record Text(int sequence, int typeId) implements Piece {}

    /** One special token. */
    public record Token(int id, int typeId) implements Piece {}

    /** Checks that each text comes once. */
    public SequenceTemplate {
        single = List.copyOf(single);
        pair = List.copyOf(pair);
        check("single", single, 1);
        check("pair", pair, 2);
    }

    /** A token before and after each text and one between, as BERT has it: the second text and its end have type 1. */
    public static SequenceTemplate bert(int begin, int end) {
        return new SequenceTemplate(List.of(new Token(begin, 0), new Text(0, 0), new Token(end, 0)),
                List.of(new Token(begin, 0), new Text(0, 0), new Token(end, 0), new Text(1, 1), new Token(end, 1)));
    }

    /** How many tokens are added to one text. */
    public int addedToSingle() {
        return single.size() - 1;
    }

    /** How many tokens are added to a pair. */
    public int addedToPair() {
        return pair.size() - 2;
    }

    /** One text with its special tokens. */
    public Encoding apply(Encoding text) {
        return assemble(single, text, text);
    }

    /** Two texts with their special tokens. */
    public Encoding apply(Encoding first, Encoding second) {
        return assemble(pair, first, second);
    }

    private static Encoding assemble(List<Piece> pieces, Encoding first, Encoding second) {
        int length = pieces.stream().mapToInt(piece -> piece instanceof Text text ? (text.sequence() == 0 ? first : second).length() : 1).sum();
        Encoding all = new Encoding(new int[length], new int[length], new int[length], new int[length]);
        int at = 0;
        for (Piece piece : pieces) {
            switch (piece) {
                case Token token -> {
                    all.ids()[at] = token.id();
                    all.typeIds()[at++] = token.typeId();
                }
                case Text text -> {
                    Encoding part = text.sequence() == 0 ? first : second;
                    System.arraycopy(part.ids(), 0, all.ids(), at, part.length());
                    System.arraycopy(part.starts(), 0, all.starts(), at, part.length());
                    System.arraycopy(part.ends(), 0, all.ends(), at, part.length());
                    java.util.Arrays.fill(all.typeIds(), at, at + part.length(), text.typeId());
                    at += part.length();
                }
            }
        }
        return all;
    }

    private static void check(String name, List<Piece> pieces, int sequences) {
        for (int sequence = 0; sequence < 2; sequence++) {
            int wanted = sequence < sequences ? 1 : 0;
            int number = sequence;
            long found = pieces.stream().filter(piece -> piece instanceof Text text && text.sequence() == number).count();
            if (found != wanted) {
                throw new TokenizerException("template: '" + name + "' must hold text " + sequence + " " + wanted + " times, got " + found);
            }
        }
        if (pieces.stream().anyMatch(piece -> piece instanceof Text text && (text.sequence() < 0 || text.sequence() > 1))) {
            throw new TokenizerException("template: the texts of '" + name + "' are numbered 0 and 1, got " + pieces);
        }
    }
}
