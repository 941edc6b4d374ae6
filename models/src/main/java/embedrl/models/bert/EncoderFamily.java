package embedrl.models.bert;

import java.util.Locale;
import java.util.Optional;

/** Families of text encoders whose files do not always say how they are to be used: pooling, prefixes, longest text. */
public enum EncoderFamily {
    /** all-MiniLM: mean pooling, no prefix. Source: its model card. */
    MINILM(new EncoderUse(Pooling.MEAN, "", "", 256)),
    /** BGE v1.5 for English: the first state, and an instruction before queries alone. Source: its model card. */
    BGE(new EncoderUse(Pooling.CLS, "Represent this sentence for searching relevant passages: ", "", 512)),
    /** E5: mean pooling, and a word before each text that says what it is. Source: Wang et al. 2022. */
    E5(new EncoderUse(Pooling.MEAN, "query: ", "passage: ", 512));

    private final EncoderUse use;

    EncoderFamily(EncoderUse use) {
        this.use = use;
    }

    public EncoderUse use() {
        return use;
    }

    /** The family that a file's or folder's name tells. */
    public static Optional<EncoderFamily> named(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        for (EncoderFamily family : values()) if (lower.matches("(?:.*[^a-z0-9])?" + family.label() + "(?:[^a-z0-9].*)?")) return Optional.of(family);
        return Optional.empty();
    }

    /** The name in commands and messages. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
