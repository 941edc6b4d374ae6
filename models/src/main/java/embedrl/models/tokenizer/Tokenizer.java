package embedrl.models.tokenizer;

import java.util.List;
import java.util.Optional;

/**
 * Turns text into token identifiers and back.
 *
 * <p>{@link #encode} adds nothing at the ends; {@link #encodeForModel} puts the special tokens of the model around one text or a
 * pair. Any thread may use one tokenizer.
 */
public interface Tokenizer {
    /** The identifiers of a text, with added tokens recognized and nothing added at the ends. */
    int[] encode(String text);

    /** As {@link #encode}, and where in the text each token lies. */
    Encoding encodeWithOffsets(String text);

    /** What the model expects around a text or a pair. */
    SequenceTemplate template();

    /** What the tokenizer's file states about batches. */
    BatchRules batchRules();

    /** One text as the model reads it, special tokens included. */
    default Encoding encodeForModel(String text) {
        return template().apply(encodeWithOffsets(text));
    }

    /** A pair of texts as the model reads it, special tokens included. */
    default Encoding encodeForModel(String first, String second) {
        return template().apply(encodeWithOffsets(first), encodeWithOffsets(second));
    }

    /** One text as the model reads it, cut at the side that the file states (the end without one) to at most {@code most} tokens, special tokens included. */
    default Encoding encodeForModel(String text, int most) {
        Encoding tokens = encodeWithOffsets(text);
        return template().apply(batchRules().shortened(tokens, Truncation.LONGEST_FIRST.fit(tokens.length(), -1, most - template().addedToSingle()).first()));
    }

    /** A pair as the model reads it, cut to at most {@code most} tokens, special tokens included; an error where the text that may be cut is too short. */
    default Encoding encodeForModel(String first, String second, int most, Truncation truncation) {
        Encoding a = encodeWithOffsets(first);
        Encoding b = encodeWithOffsets(second);
        Truncation.Lengths lengths = truncation.fit(a.length(), b.length(), most - template().addedToPair());
        return template().apply(batchRules().shortened(a, lengths.first()), batchRules().shortened(b, lengths.second()));
    }

    /** Texts as the model reads them, cut and filled up as {@link #batchRules} say. The other methods cut where they are told, and fill nothing up. */
    default List<BatchRules.Row> encodeBatch(List<String> texts) {
        Optional<BatchRules.Cut> cut = batchRules().cut();
        return batchRules().filled(texts.stream().map(text -> {
            Encoding tokens = encodeWithOffsets(text);
            int left = cut.isEmpty() ? tokens.length() : cut.get().which().fit(tokens.length(), -1, cut.get().maxTokens() - template().addedToSingle()).first();
            return template().apply(batchRules().shortened(tokens, left));
        }).toList());
    }

    /** The text of identifiers; bytes that are no UTF-8 become U+FFFD. */
    default String decode(int... ids) {
        return decode(ids, false);
    }

    /** The text of identifiers, without special tokens where asked. */
    String decode(int[] ids, boolean skipSpecial);

    /** The identifier of a token, written as in the vocabulary; an error where there is none. */
    int id(String token);

    /** Whether there is a token of that writing. */
    boolean contains(String token);

    /** The token of an identifier, written as in the vocabulary. */
    String token(int id);

    /** Whether a token is special: one that decoding can leave out. */
    boolean isSpecial(int id);

    /** The tokens that are matched as a whole before a text is split. */
    List<AddedToken> addedTokens();

    /** One more than the highest identifier: the rows an embedding table needs. */
    int vocabularySize();
}
