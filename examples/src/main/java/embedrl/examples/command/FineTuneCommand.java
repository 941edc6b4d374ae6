package embedrl.examples.command;

import embedrl.embedrl.train.TextTuning;
import embedrl.models.TextModel;
import embedrl.models.checkpoint.CompanionFiles;
import embedrl.models.decoder.Decoder;
import embedrl.models.decoder.DecoderCheckpoint;
import embedrl.models.decoder.LanguageModel;
import embedrl.models.peft.PeftAdapter;
import embedrl.nn.AdamW;
import embedrl.nn.Lora;
import embedrl.nn.StepResult;
import embedrl.nn.Training;
import embedrl.nn.WeightType;
import embedrl.tensor.Executor;
import embedrl.tensor.Seed;
import embedrl.tensor.TensorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code embedrl finetune}: trains low-rank adapters of a language model on a text and saves them in PEFT's layout. */
@Command(name = "finetune", header = "Train a LoRA adapter of a language model on a text.", sortOptions = false,
        description = "Prints the loss of each step, and before and after that of the windows at the end of the text, which are not trained on.")
final class FineTuneCommand implements Callable<Integer> {
    private static final double NANOS = 1e9;
    private static final int HELD_OUT = 10;   // one window of so many

    @ParentCommand
    private EmbedRl root;

    @Option(names = "--model", paramLabel = "FILE|DIR", required = true,
            description = "A GGUF file, or a Hugging Face folder (config.json, model.safetensors, tokenizer.json). Llama and Qwen3 models are read.")
    private Path path;

    @Option(names = "--text", paramLabel = "FILE", required = true, description = "UTF-8 text to train on.")
    private Path text;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where the adapter goes: adapter_config.json and adapter_model.safetensors.")
    private Path out;

    @Option(names = "--merged", paramLabel = "DIR", description = "Where the model with the adapter in its weights goes too, as a Hugging Face folder.")
    private Path merged;

    @Option(names = "--steps", paramLabel = "N", defaultValue = "20", description = "Optimizer steps. Default: ${DEFAULT-VALUE}.")
    private int steps;

    @Option(names = "--batch", paramLabel = "N", defaultValue = "4", description = "Windows in a step. Default: ${DEFAULT-VALUE}.")
    private int batch;

    @Option(names = "--window", paramLabel = "N", defaultValue = "64", description = "Tokens of a window. Default: ${DEFAULT-VALUE}.")
    private int window;

    @Option(names = "--rank", paramLabel = "N", defaultValue = "8", description = "Rank of the adapters. Default: ${DEFAULT-VALUE}.")
    private int rank;

    @Option(names = "--alpha", paramLabel = "A", defaultValue = "16", description = "The adapters are scaled by alpha / rank. Default: ${DEFAULT-VALUE}.")
    private float alpha;

    @Option(names = "--targets", paramLabel = "NAME", split = ",", defaultValue = "q_proj,k_proj,v_proj,o_proj,gate_proj,up_proj,down_proj",
            description = "Last parts of the names of the adapted layers. Default: ${DEFAULT-VALUE}.")
    private List<String> targets;

    @Option(names = "--learning-rate", paramLabel = "R", defaultValue = "0.001", description = "Of AdamW. Default: ${DEFAULT-VALUE}.")
    private float learningRate;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "Seed of the adapters and of the order of windows. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Mixin
    private DeviceOptions device;

    @Override
    public Integer call() throws IOException {
        for (var option : Map.of("--steps", steps, "--batch", batch, "--rank", rank).entrySet()) StudySettings.atLeastOne(option.getKey(), option.getValue());
        if (window < 2) throw new CommandFailure(ExitCode.USAGE, "--window must be 2 or more, got " + window);
        TextModel opened = open();
        LanguageModel model = opened.model();
        if (window > opened.contextLength())
            throw new CommandFailure(ExitCode.USAGE, "--window must not exceed the " + opened.contextLength() + " tokens that the model was trained for, got " + window);
        List<int[]> windows = TextTuning.windows(opened.tokenizer().encode(Files.readString(text)), window);
        int held = Math.ceilDiv(windows.size(), HELD_OUT);
        if (windows.size() < 2)
            throw new CommandFailure(ExitCode.BAD_DATA, text + " makes " + windows.size() + " windows of " + window + " tokens; at least 2 are needed, give a longer text or lower --window");
        List<int[]> trained = windows.subList(0, windows.size() - held);
        List<int[]> unseen = windows.subList(windows.size() - held, windows.size());
        int adapters = attach(model);
        say("%d adapters, %,d trained of %,d parameters; %d windows of %d tokens, %d more held out", adapters,
                Lora.parameters(model).values().stream().mapToLong(p -> p.shape().count()).sum(), model.parameterCount(), trained.size(), window, unseen.size());
        try (Executor executor = device.open(); Training training = Training.of(Lora.parameters(model), AdamW.with(learningRate).clip(1), executor);
                TextTuning tuning = new TextTuning(model, training, executor, batch, window)) {
            train(tuning, trained, unseen);
        }
        PeftAdapter.save(model, path.toString(), out);
        say("adapter in %s", out);
        if (merged != null) saveMerged(model);
        return ExitCode.OK.code();
    }

    private TextModel open() throws IOException {
        try {
            return TextModel.open(path, WeightType.FLOAT32);
        } catch (TensorException unfit) {
            throw new CommandFailure(ExitCode.BAD_DATA, unfit.getMessage(), unfit);
        }
    }

    private int attach(LanguageModel model) {
        try {
            return Lora.attach(model, name -> targets.contains(name.substring(name.lastIndexOf('.') + 1)), rank, alpha, 0, Seed.of(seed).split("adapters"));
        } catch (TensorException none) {
            throw new CommandFailure(ExitCode.USAGE, "--targets: " + none.getMessage(), none);
        }
    }

    private void train(TextTuning tuning, List<int[]> trained, List<int[]> unseen) {
        double before = tuning.loss(unseen);
        double first = 0;
        double last = 0;
        long begin = System.nanoTime();
        for (int i = 1; i <= steps; i++) {
            StepResult result = tuning.step(batch(trained, i), learningRate);
            if (i == 1) first = result.loss();
            last = result.loss();
            say("step %3d: loss %.4f", i, result.loss());
        }
        double seconds = (System.nanoTime() - begin) / NANOS;
        say("loss %.4f → %.4f nats per token; held out %.4f → %.4f; %.2f s per step", first, last, before, tuning.loss(unseen), seconds / steps);
    }

    /** The windows of a step: a function of the seed and the step. */
    private List<int[]> batch(List<int[]> windows, int number) {
        Seed draws = Seed.of(seed).split("windows").split(number);
        List<int[]> batch = new ArrayList<>();
        for (int i = 0; i < this.batch; i++) batch.add(windows.get(draws.below(windows.size(), i)));
        return batch;
    }

    private void saveMerged(LanguageModel model) throws IOException {
        if (!(model instanceof Decoder decoder)) throw new CommandFailure(ExitCode.USAGE, "--merged: only text decoders are saved");
        Lora.merge(model);
        DecoderCheckpoint.save(decoder, merged);
        if (Files.isDirectory(path)) CompanionFiles.copy(path, merged);
        say("merged model in %s", merged);
    }

    private void say(String format, Object... values) {
        root.out().println(String.format(Locale.ROOT, format, values));
        root.out().flush();
    }
}
