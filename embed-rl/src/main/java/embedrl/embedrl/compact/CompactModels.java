package embedrl.embedrl.compact;

import embedrl.embedrl.message.ItemMessages;
import embedrl.embedrl.message.TextStyle;
import embedrl.embedrl.tcot.TCotParser;
import embedrl.models.Embedder;
import embedrl.models.EmbedderPrompt;
import embedrl.models.Reasoner;
import embedrl.models.message.ChatTemplate;
import embedrl.models.message.MessageEncoder;
import embedrl.models.message.TwoSizeImages;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.models.qwen3vl.Qwen3VlConfig;
import embedrl.models.tokenizer.BpeTokenizer;
import embedrl.tensor.Executor;
import embedrl.tensor.Seed;

/** Makes compact Reasoners and Embedders that share a tokenizer, a template and the way images and texts are prepared. */
public final class CompactModels {
    private static final int MAX_NEW_TOKENS = 48;

    private final Qwen3VlConfig config;
    private final TwoSizeImages images = TwoSizeImages.compact();
    private final MessageEncoder encoder;
    private final ItemMessages messages = new ItemMessages(TextStyle.COMPACT, TCotParser.withDefaults());
    private final Executor executor;

    public CompactModels(BpeTokenizer tokenizer, Executor executor) {
        this.config = Qwen3VlConfig.compact(tokenizer.vocabularySize());
        this.encoder = new MessageEncoder(tokenizer, ChatTemplate.compact(), images, config.vision().spatialMergeSize());
        this.executor = executor;
    }

    public Qwen3Vl model(Seed seed) {
        return new Qwen3Vl(config, seed);
    }

    /** A model with the parameters of another. */
    public Qwen3Vl copy(Qwen3Vl other) {
        Qwen3Vl copy = model(Seed.of(0));
        copy.copyFrom(other);
        return copy;
    }

    public Reasoner reasoner(Qwen3Vl model) {
        return new Reasoner(model, encoder, executor, MAX_NEW_TOKENS);
    }

    public Embedder embedder(Qwen3Vl model) {
        return new Embedder(model, encoder, EmbedderPrompt.compact(), executor);
    }

    public ItemMessages messages() {
        return messages;
    }

    public MessageEncoder encoder() {
        return encoder;
    }

    public TwoSizeImages images() {
        return images;
    }
}
