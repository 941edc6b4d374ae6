package embedrl.embedrl.compact;

import embedrl.datasets.Item;
import embedrl.embedrl.message.ItemMessages;
import embedrl.embedrl.message.TextStyle;
import embedrl.embedrl.reward.Side;
import embedrl.embedrl.tcot.TCotParser;
import embedrl.embedrl.train.ResponseBatch;
import embedrl.models.EmbedderPrompt;
import embedrl.models.MessageEmbedder;
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

    /** Models of the shape {@link Qwen3VlConfig#compact}. */
    public CompactModels(BpeTokenizer tokenizer, Executor executor) {
        this(tokenizer, Qwen3VlConfig.compact(tokenizer.vocabularySize()), executor);
    }

    /** Models of another shape with the same patches: 8 pixels, merged 2 × 2. */
    public CompactModels(BpeTokenizer tokenizer, Qwen3VlConfig config, Executor executor) {
        this.config = config;
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

    public MessageEmbedder embedder(Qwen3Vl model) {
        return new MessageEmbedder(model, encoder, EmbedderPrompt.compact(), executor);
    }

    /** An item's prompt with the T-CoT that states its true facts: what a Reasoner's warm-up learns from. The item must have a trace. */
    public ResponseBatch.Example warmUpExample(Item item, Side side) {
        int[] completion = encoder.tokenizer().encode(TextStyle.COMPACT.completion(item.trace()) + ChatTemplate.compact().end());
        return new ResponseBatch.Example(encoder.prompt(messages.prompt(item, side)), completion);
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
