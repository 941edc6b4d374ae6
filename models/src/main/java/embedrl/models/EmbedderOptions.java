package embedrl.models;

import embedrl.models.bert.EncoderFamily;
import embedrl.models.bert.Pooling;
import embedrl.nn.WeightType;
import java.util.Optional;

/**
 * How a model is to embed where that is not what its files say. What is empty is left to the files.
 *
 * @param weights    type in which a language model's matrices are kept in memory; encoders are kept in float32
 * @param family     pooling, prefixes and longest text of a family of text encoders
 * @param pooling    how the states of a text become its vector. A language model of texts that is given one, or a family, is read as a {@link TextEmbedder}
 * @param maxTokens  longest text in tokens, special tokens included; what is longer is cut
 * @param dimensions how many of the first numbers of a vector are kept before it is divided by its norm, for models trained so. Source: Kusupati et al. 2022
 * @param maxPixels  pictures with more pixels are shrunk
 */
public record EmbedderOptions(WeightType weights, Optional<EncoderFamily> family, Optional<Pooling> pooling, Optional<Integer> maxTokens, Optional<Integer> dimensions,
        Optional<Long> maxPixels) {
    /** Everything as the files say, weights in the types in which they are stored. */
    public static final EmbedderOptions STANDARD =
            new EmbedderOptions(WeightType.AS_IS, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Checks that counts are at least 1. */
    public EmbedderOptions {
        atLeastOne("tokens", maxTokens);
        atLeastOne("dimensions", dimensions);
        atLeastOne("pixels", maxPixels);
    }

    private static void atLeastOne(String name, Optional<? extends Number> value) {
        if (value.isPresent() && value.get().longValue() < 1) throw new EmbedderOptionException("at least 1 of the " + name + " must be allowed, got " + value.get());
    }

    public EmbedderOptions withWeights(WeightType type) {
        return new EmbedderOptions(type, family, pooling, maxTokens, dimensions, maxPixels);
    }

    public EmbedderOptions withFamily(EncoderFamily known) {
        return new EmbedderOptions(weights, Optional.of(known), pooling, maxTokens, dimensions, maxPixels);
    }

    public EmbedderOptions withPooling(Pooling chosen) {
        return new EmbedderOptions(weights, family, Optional.of(chosen), maxTokens, dimensions, maxPixels);
    }

    public EmbedderOptions withMaxTokens(int most) {
        return new EmbedderOptions(weights, family, pooling, Optional.of(most), dimensions, maxPixels);
    }

    public EmbedderOptions withDimensions(int kept) {
        return new EmbedderOptions(weights, family, pooling, maxTokens, Optional.of(kept), maxPixels);
    }

    public EmbedderOptions withMaxPixels(long most) {
        return new EmbedderOptions(weights, family, pooling, maxTokens, dimensions, Optional.of(most));
    }
}
