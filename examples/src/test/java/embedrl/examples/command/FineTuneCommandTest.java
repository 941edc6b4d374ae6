package embedrl.examples.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import embedrl.models.LanguageModels;
import embedrl.models.decoder.Decoder;
import embedrl.models.decoder.DecoderCheckpoint;
import embedrl.models.decoder.DecoderConfig;
import embedrl.models.decoder.LanguageModel;
import embedrl.models.decoder.RopeFrequencies;
import embedrl.models.peft.PeftAdapter;
import embedrl.models.tokenizer.BpeTokenizer;
import embedrl.models.tokenizer.BpeTrainer;
import embedrl.models.tokenizer.PreTokenizer;
import embedrl.nn.Lora;
import embedrl.tensor.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FineTuneCommandTest {
    private static final String SENTENCE = "the sea and the sky, the sun and the sea. ";
    private static final Pattern RESULT = Pattern.compile("loss ([\\d.]+) → ([\\d.]+) nats per token; held out ([\\d.]+) → ([\\d.]+)");

    @TempDir
    static Path folder;

    private static Path model;
    private static Path text;

    @BeforeAll
    static void saveModel() throws IOException {
        BpeTokenizer tokenizer = BpeTrainer.train(List.of(SENTENCE), 270, List.of("<|end|>"), PreTokenizer.GPT2);
        model = folder.resolve("model");
        DecoderCheckpoint.save(new Decoder(new DecoderConfig(DecoderConfig.Family.QWEN3, tokenizer.vocabularySize(), 32, 48, 2, 2, 1, 16, 1e-5f,
                new RopeFrequencies.Plain(10_000), false, false, false), new Seed(5)), model);
        tokenizer.save(model.resolve("tokenizer.json"));
        text = Files.writeString(folder.resolve("text.txt"), SENTENCE.repeat(40));
    }

    private static Invocation tune(Path out, Object... more) {
        Object[] words = {"finetune", "--model", model, "--text", text, "--out", out, "--threads", "1"};
        Object[] all = Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return Invocation.of(all);
    }

    @Test
    void lossFallsAndAdapterAndMergedModelAreTheSame() throws IOException {
        Path out = folder.resolve("adapter");
        Path merged = folder.resolve("merged");
        Invocation run = tune(out, "--window", "16", "--steps", "30", "--learning-rate", "0.02", "--merged", merged);
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        Matcher result = RESULT.matcher(run.out());
        assertThat(result.find()).as(run.out()).isTrue();
        assertThat(Double.parseDouble(result.group(2))).isLessThan(0.7 * Double.parseDouble(result.group(1)));
        assertThat(Double.parseDouble(result.group(4))).isLessThan(0.7 * Double.parseDouble(result.group(3)));
        LanguageModel adapted = LanguageModels.load(model);
        assertThat(PeftAdapter.load(adapted, out).baseModel()).isEqualTo(model.toString());
        assertThat(Lora.layers(adapted)).hasSize(14);
        Lora.merge(adapted);
        LanguageModel saved = LanguageModels.load(merged);
        adapted.parameters().forEach((name, p) -> assertThat(saved.parameters().get(name).value().floats()).as(name).containsExactly(p.value().floats(), within(1e-6f)));
        assertThat(merged.resolve("tokenizer.json")).exists();
    }

    @Test
    void theSeedDecidesTheAdapter() throws IOException {
        byte[][] files = new byte[3][];
        for (int i = 0; i < 3; i++) {
            Path out = folder.resolve("seeded" + i);
            assertThat(tune(out, "--window", "16", "--steps", "3", "--seed", i / 2, "--targets", "q_proj").code()).isZero();
            files[i] = Files.readAllBytes(out.resolve("adapter_model.safetensors"));
        }
        assertThat(files[1]).isEqualTo(files[0]);
        assertThat(files[2]).isNotEqualTo(files[0]);
    }

    @Test
    void wrongOptionsAreNamed() throws IOException {
        Path out = folder.resolve("none");
        assertThat(tune(out, "--targets", "query")).matches(run -> run.code() == 2 && run.err().contains("--targets: lora: no linear layer has a wanted name"));
        assertThat(tune(out, "--rank", "0")).matches(run -> run.code() == 2 && run.err().contains("--rank"));
        assertThat(tune(out, "--window", "1")).matches(run -> run.code() == 2 && run.err().contains("--window must be 2 or more, got 1"));
        assertThat(tune(out, "--window", "100000")).matches(run -> run.code() == 65 && run.err().contains("at least 2 are needed"));
        assertThat(Invocation.of("finetune", "--model", folder.resolve("absent"), "--text", text, "--out", out).code()).isEqualTo(66);
        assertThat(Invocation.of("finetune", "--model", model, "--text", folder.resolve("absent"), "--out", out).code()).isEqualTo(66);
        assertThat(out).doesNotExist();
    }
}
