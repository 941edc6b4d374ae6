package embedrl.examples.command;

import embedrl.models.Pretrained;
import embedrl.models.TextModel;
import embedrl.models.chat.ChatMessage;
import embedrl.models.decoder.LanguageModel;
import embedrl.models.generation.Generation;
import embedrl.models.generation.Generator;
import embedrl.models.generation.RandomStream;
import embedrl.models.generation.SamplingSettings;
import embedrl.models.input.Sequence;
import embedrl.models.message.Content;
import embedrl.models.message.MediaContent;
import embedrl.models.tokenizer.BpeTokenizer;
import embedrl.models.tokenizer.StreamingDecoder;
import embedrl.nn.WeightType;
import embedrl.tensor.Executor;
import embedrl.tensor.TensorException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code embedrl generate}: continues a prompt with a language model, token by token. */
@Command(name = "generate", header = "Continue a prompt, or answer it, with a language model.", sortOptions = false,
        description = "Prints the continuation as it comes; the speed goes to the standard error output.")
final class GenerateCommand implements Callable<Integer> {
    private static final int NO_PLACEHOLDER = -1;
    private static final double NANOS = 1e9;

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private EmbedRl root;

    @Option(names = "--model", paramLabel = "FILE|DIR", required = true,
            description = "A GGUF file, or a Hugging Face folder (config.json, model.safetensors, tokenizer.json). Llama, Qwen3 and Qwen3-VL models are read.")
    private Path path;

    @Option(names = "--prompt", paramLabel = "TEXT", required = true, description = "What to continue.")
    private String prompt;

    @Option(names = "--chat", description = "Take the prompt for a user's message and write it with the model's chat template.")
    private boolean chat;

    @Option(names = "--image", paramLabel = "FILE", description = "A picture that the prompt is about; can be given several times. Qwen3-VL only; the chat template is used.")
    private List<Path> pictures = new ArrayList<>();

    @Option(names = "--video", paramLabel = "FILE|DIR", description = "A video (MP4, GIF, WebP, or a folder of frames) that the prompt is about.")
    private List<Path> videos = new ArrayList<>();

    @Option(names = "--max-pixels", paramLabel = "N", description = "Shrink pictures to at most N pixels; the folder's preprocessing files say so otherwise.")
    private Long maxPixels;

    @Option(names = "--max-new-tokens", paramLabel = "N", defaultValue = "128", description = "Tokens after which to stop. Default: ${DEFAULT-VALUE}.")
    private int maxNewTokens;

    @Option(names = "--temperature", paramLabel = "T", defaultValue = "0", description = "What logits are divided by before drawing; 0 (default) takes the best token.")
    private double temperature;

    @Option(names = "--top-p", paramLabel = "P", description = "Draw from the fewest tokens with this probability together.")
    private Double topP;

    @Option(names = "--top-k", paramLabel = "K", description = "Draw from the K best tokens.")
    private Integer topK;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "Seed of the draws. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Mixin
    private WeightOption weights;

    @Mixin
    private DeviceOptions device;

    @Override
    public Integer call() throws IOException {
        StudySettings.atLeastOne("--max-new-tokens", maxNewTokens);
        boolean greedy = temperature == 0;
        SamplingSettings settings = settings(greedy);
        WeightType type = weights.type();
        long begin = System.nanoTime();
        try (Executor executor = device.open()) {
            Prompt read = pictures.isEmpty() && videos.isEmpty() ? textPrompt(type) : visualPrompt(type);
            long loaded = System.nanoTime();
            Speed speed = new Speed();
            try (Generator generator = new Generator(read.model(), executor, read.endTokens())) {
                PrintStream out = root.out();
                StreamingDecoder decoder = new StreamingDecoder(read.tokenizer(), List.of(), true);
                Generation generation = generator.generate(List.of(read.sequence()), 1, maxNewTokens, settings,
                        List.of(new RandomStream(seed, 0)), greedy, (_, token) -> {
                            speed.token();
                            if (token < read.tokenizer().vocabularySize()) {   // a model can have more rows than its tokenizer has tokens
                                decoder.append(token);
                            }
                            out.print(decoder.take());
                            out.flush();
                        }).getFirst();
                decoder.finish();
                out.println(decoder.take());
                report(read, generation.tokens().length, loaded - begin, speed.first - loaded, speed.last - speed.first);
            }
        }
        return ExitCode.OK.code();
    }

    /** A model and what it shall continue. */
    private record Prompt(LanguageModel model, BpeTokenizer tokenizer, Set<Integer> endTokens, Sequence sequence) {
    }

    private Prompt textPrompt(WeightType type) throws IOException {
        TextModel text = open(type);
        int[] ids = text.tokenizer().encode(chat ? written(text) : prompt);
        if (ids.length == 0) {
            throw new CommandFailure(ExitCode.USAGE, "the prompt is empty; say what to continue");
        }
        int context = text.contextLength();
        if (ids.length + maxNewTokens > context) {
            throw new CommandFailure(ExitCode.USAGE, "the prompt has " + ids.length + " tokens and " + maxNewTokens
                    + " may follow, but the model was trained for " + context + "; lower --max-new-tokens or shorten the prompt");
        }
        return new Prompt(text.model(), text.tokenizer(), text.endTokens(), new Sequence(ids, NO_PLACEHOLDER, List.of()));
    }

    private Prompt visualPrompt(WeightType type) throws IOException {
        if (!Files.isDirectory(path)) {
            throw new CommandFailure(ExitCode.USAGE, "--image and --video need the Hugging Face folder of a Qwen3-VL model, " + path + " is none");
        }
        try {
            Pretrained loaded = Pretrained.load(path, type);
            if (loaded.images() == null) {
                throw new CommandFailure(ExitCode.USAGE, "--image and --video need a Qwen3-VL model; that of " + path + " reads texts only");
            }
            Pretrained seeing = maxPixels == null ? loaded : loaded.withMaxPixels(maxPixels);
            List<Content> content = new ArrayList<>();
            pictures.forEach(file -> content.add(MediaContent.image(file)));
            videos.forEach(file -> content.add(MediaContent.video(file, seeing.images().sampling())));
            content.add(Content.text(prompt));
            return new Prompt(seeing.model(), seeing.tokenizer(), seeing.endTokens(), seeing.encoder().prompt(content));
        } catch (TensorException unfit) {
            throw new CommandFailure(ExitCode.BAD_DATA, unfit.getMessage(), unfit);
        }
    }

    private TextModel open(WeightType type) throws IOException {
        try {
            return TextModel.open(path, type);
        } catch (TensorException unfit) {
            throw new CommandFailure(ExitCode.BAD_DATA, unfit.getMessage(), unfit);
        }
    }

    private String written(TextModel text) {
        return text.template().orElseThrow(() -> new CommandFailure(ExitCode.USAGE, path + " has no chat template; leave out --chat"))
                .render(List.of(ChatMessage.user(prompt)), true);
    }

    private SamplingSettings settings(boolean greedy) {
        if (greedy && (topP != null || topK != null)) {
            throw new CommandFailure(ExitCode.USAGE, "--top-p and --top-k need a --temperature above 0; without one the best token is taken");
        }
        try {
            return greedy ? SamplingSettings.UNCHANGED : new SamplingSettings(temperature, topK, topP);
        } catch (IllegalArgumentException outside) {
            throw new CommandFailure(ExitCode.USAGE, outside.getMessage(), outside);
        }
    }

    private void report(Prompt read, int tokens, long loading, long prefill, long decoding) {
        spec.commandLine().getErr().println(String.format(Locale.ROOT, "%.0f MB of weights loaded in %.1f s; %d prompt tokens in %.2f s; %d tokens, %.1f tokens/s",
                read.model().parameterBytes() / 1e6, loading / NANOS, read.sequence().length(), prefill / NANOS, tokens, tokens > 1 ? (tokens - 1) / (decoding / NANOS) : 0));
    }

    /** When the first and the last token came. */
    private static final class Speed {
        long first;
        long last;

        void token() {
            last = System.nanoTime();
            if (first == 0) {
                first = last;
            }
        }
    }
}
