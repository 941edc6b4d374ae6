package embedrl.models;

import embedrl.models.chat.ConversationTemplate;
import embedrl.models.checkpoint.ConfigException;
import embedrl.models.decoder.LanguageModel;
import embedrl.models.generation.GenerationDefaults;
import embedrl.models.generation.SamplingSettings;
import embedrl.models.image.PatchSettings;
import embedrl.models.image.PreprocessorFiles;
import embedrl.models.message.ChatTemplate;
import embedrl.models.message.ConversationEncoder;
import embedrl.models.message.DynamicImages;
import embedrl.models.message.MessageEncoder;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.models.qwen3vl.VisionConfig;
import embedrl.models.tokenizer.BpeTokenizer;
import embedrl.nn.WeightType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A model with all that using it takes, from a Hugging Face folder or a GGUF file: weights, tokenizer, chat template, preprocessing of pictures and videos, and how it wants to
 * be sampled.
 *
 * @param model        its weights
 * @param tokenizer    of its {@code tokenizer.json} or its metadata
 * @param images       null for a model that reads texts only
 * @param template     marks of its turns
 * @param conversation its own chat template, if it has one
 * @param defaults     of its {@code generation_config.json}; of a GGUF file the end tokens
 */
public record Pretrained(LanguageModel model, BpeTokenizer tokenizer, DynamicImages images, ChatTemplate template,
                         Optional<ConversationTemplate> conversation, GenerationDefaults defaults) {
    private static final String CONFIG = "config.json";
    private static final String TOKENIZER = "tokenizer.json";
    private static final List<String> VISUAL = List.of("<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>");

    /** Loads a folder or a GGUF file, the weights in the type in which they are stored. */
    public static Pretrained load(Path folder) throws IOException {
        return load(folder, WeightType.AS_IS);
    }

    /**
     * Loads a folder or a GGUF file.
     *
     * @param type in which matrices are kept in memory
     * @throws NoSuchFileException      where the folder or one of its files is missing
     * @throws IllegalArgumentException where a file states what is not computed here, or the files do not fit each other
     */
    public static Pretrained load(Path path, WeightType type) throws IOException {
        return Files.isRegularFile(path) ? file(path, type) : folder(path, type);
    }

    private static Pretrained file(Path path, WeightType type) throws IOException {
        TextModel text = TextModel.open(path, type);
        GenerationDefaults defaults = new GenerationDefaults(text.endTokens(), false, SamplingSettings.UNCHANGED);
        return new Pretrained(text.model(), text.tokenizer(), null, template(text.template(), text.tokenizer(), false), text.template(), defaults);
    }

    private static Pretrained folder(Path folder, WeightType type) throws IOException {
        for (String name : List.of(CONFIG, TOKENIZER)) require(folder, name);
        String family = LanguageModels.family(folder);
        BpeTokenizer tokenizer = BpeTokenizer.load(folder.resolve(TOKENIZER));   // before the weights: it is quick to find fault with
        GenerationDefaults defaults = GenerationDefaults.read(folder);
        boolean vision = family.equals("qwen3_vl");
        if (vision) requireTokens(folder, tokenizer, VISUAL);
        DynamicImages images = vision ? images(folder) : null;
        Optional<ConversationTemplate> conversation = conversation(folder);
        ChatTemplate template = template(conversation, tokenizer, vision);
        LanguageModel model = LanguageModels.load(folder, type);
        if (images == null && model instanceof Qwen3Vl seeing) images = DynamicImages.embedRl(patches(seeing.config().vision()));
        Pretrained loaded = new Pretrained(model, tokenizer, images, template, conversation, defaults);
        loaded.check(folder);
        return loaded;
    }

    private static void require(Path folder, String name) throws NoSuchFileException {
        if (!Files.isDirectory(folder)) throw new NoSuchFileException(folder.toString(), null, "there is no such folder or file");
        if (!Files.exists(folder.resolve(name))) throw new NoSuchFileException(folder.resolve(name).toString(), null, "the folder of a model needs it");
    }

    private static Optional<ConversationTemplate> conversation(Path folder) throws IOException {
        return ConversationTemplate.isIn(folder) ? Optional.of(ConversationTemplate.load(folder)) : Optional.empty();
    }

    /** The model's own template; where it has none, that of Qwen, or no marks where the tokenizer does not know those. */
    private static ChatTemplate template(Optional<ConversationTemplate> own, BpeTokenizer tokenizer, boolean vision) {
        ChatTemplate usual = vision ? ChatTemplate.qwen() : tokenizer.contains("<|im_start|>") ? ChatTemplate.chatMl() : ChatTemplate.plain();
        return own.map(usual::withTurnsOf).orElse(usual);
    }

    private static void requireTokens(Path folder, BpeTokenizer tokenizer, List<String> tokens) {
        List<String> missing = tokens.stream().filter(token -> !tokenizer.contains(token)).toList();
        if (!missing.isEmpty()) throw new ConfigException(folder.resolve(TOKENIZER) + ": the model needs tokens that are not there: " + missing);
    }

    /** What the folder states, or null where it states nothing. */
    private static DynamicImages images(Path folder) throws IOException {
        boolean stated = List.of(PreprocessorFiles.IMAGE, PreprocessorFiles.VIDEO, PreprocessorFiles.BOTH).stream().anyMatch(name -> Files.exists(folder.resolve(name)));
        return stated ? new DynamicImages(PreprocessorFiles.image(folder), PreprocessorFiles.video(folder)) : null;
    }

    private static PatchSettings patches(VisionConfig vision) {
        return new PatchSettings(vision.patchSize(), vision.spatialMergeSize(), vision.temporalPatchSize(), 0.5f, 0.5f);
    }

    private void check(Path folder) {
        if (tokenizer.vocabularySize() > model.config().vocabSize())
            throw new ConfigException(folder + ": the tokenizer has " + tokenizer.vocabularySize() + " tokens, the model only " + model.config().vocabSize());
        if (images != null && images.images().patches().rowLength() != model.config().patchWidth())
            throw new ConfigException(folder + ": preprocessing makes patches of " + images.images().patches().rowLength() + " numbers, the model reads "
                    + model.config().patchWidth());
        if (images != null && images.images().patches().mergeSize() != model.config().spatialMergeSize())
            throw new ConfigException(folder + ": preprocessing merges " + images.images().patches().mergeSize() + " patches a side, the model "
                    + model.config().spatialMergeSize());
    }

    /** The same with pictures of at most so many pixels. */
    public Pretrained withMaxPixels(long maxPixels) {
        return images == null ? this : new Pretrained(model, tokenizer, images.withMaxPixels(maxPixels), template, conversation, defaults);
    }

    /** Turns messages into sequences. */
    public MessageEncoder encoder() {
        return new MessageEncoder(tokenizer, template, images, model.config().spatialMergeSize());
    }

    /**
     * Turns whole conversations into sequences.
     *
     * @throws IllegalStateException where the model has no chat template
     */
    public ConversationEncoder conversations() {
        ConversationTemplate own = conversation.orElseThrow(() -> new IllegalStateException("conversation: the model has no chat template of its own; use encoder() for single turns"));
        return new ConversationEncoder(own, tokenizer, template, images, model.config().spatialMergeSize());
    }

    /** Tokens that end what the model writes: those that the folder names, and the template's. */
    public Set<Integer> endTokens() {
        Set<Integer> tokens = new TreeSet<>(defaults.endTokens());
        int end = encoder().endToken();
        if (end >= 0) tokens.add(end);
        return tokens;
    }
}
