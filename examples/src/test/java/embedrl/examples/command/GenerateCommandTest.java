package embedrl.examples.command;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.models.bert.BertCheckpoint;
import embedrl.models.bert.BertConfig;
import embedrl.models.bert.BertEncoder;
import embedrl.models.decoder.Decoder;
import embedrl.models.decoder.DecoderCheckpoint;
import embedrl.models.decoder.DecoderConfig;
import embedrl.models.decoder.RopeFrequencies;
import embedrl.models.gguf.GgmlType;
import embedrl.models.gguf.GgufCheckpoint;
import embedrl.models.gguf.GgufFile;
import embedrl.models.gguf.GgufTokenizerValues;
import embedrl.models.gguf.GgufValue;
import embedrl.models.gguf.GgufWriter;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.models.qwen3vl.Qwen3VlCheckpoint;
import embedrl.models.qwen3vl.Qwen3VlConfig;
import embedrl.models.tokenizer.BpeTokenizer;
import embedrl.models.tokenizer.BpeTrainer;
import embedrl.models.tokenizer.GgufTokenizer;
import embedrl.models.tokenizer.PreTokenizer;
import embedrl.tensor.Seed;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateCommandTest {
    private static final String TEMPLATE = "{% for message in messages %}<|start|>{{ message['role'] }}: {{ message['content'] }}<|end|>{% endfor %}"
            + "{% if add_generation_prompt %}<|start|>assistant: {% endif %}";
    private static final int CONTEXT = 64;

    @TempDir
    static Path folder;

    private static Path gguf;
    private static Path directory;
    private static BpeTokenizer tokenizer;

    @BeforeAll
    static void saveModels() throws IOException {
        tokenizer = BpeTrainer.train(List.of("the sea and the sky, the sun and the sea"), 280, List.of("<|start|>", "<|end|>"), PreTokenizer.GPT2);
        int rows = tokenizer.vocabularySize() + 3;
        Decoder model = new Decoder(new DecoderConfig(DecoderConfig.Family.LLAMA, rows, 32, 64, 2, 2, 1, 16, 1e-5f, new RopeFrequencies.Plain(10000), false, false, true),
                new Seed(5));
        Set<Integer> end = Set.of(tokenizer.id("<|end|>"));
        gguf = folder.resolve("tiny.gguf");
        GgufCheckpoint.save(model, GgmlType.Q8_0, CONTEXT, GgufTokenizerValues.of(tokenizer.definition(), rows, end, TEMPLATE), gguf);
        directory = folder.resolve("tiny");
        DecoderCheckpoint.save(model, directory);
        tokenizer.save(directory.resolve("tokenizer.json"));
        Files.writeString(directory.resolve("chat_template.jinja"), TEMPLATE);
        Files.writeString(directory.resolve("generation_config.json"), "{\"eos_token_id\": [" + end.iterator().next() + "]}");
    }

    @Test
    void theTokenizerComesBackFromTheFile() throws IOException {
        try (GgufFile file = GgufFile.open(gguf)) {
            BpeTokenizer read = GgufTokenizer.of(file.metadata());
            for (String text : List.of("the sea, 12 suns — Ωmega 🙂\n", "<|start|>user<|end|>", "")) {
                assertThat(read.encode(text)).isEqualTo(tokenizer.encode(text));
                assertThat(read.decode(read.encode(text))).isEqualTo(text);
            }
            assertThat(read.isSpecial(read.id("<|end|>"))).isTrue();
            assertThat(file.metadata().texts("tokenizer.ggml.tokens")).endsWith("[PAD" + (read.vocabularySize() - 1) + "]");
            assertThat(file.metadata().integers("tokenizer.ggml.token_type")).endsWith(5, 5, 5);
        }
    }

    @Test
    void printsAContinuationAndItsSpeed() {
        Invocation run = generate(gguf, "--prompt", "the sea", "--max-new-tokens", "12");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).endsWith(System.lineSeparator());
        assertThat(run.err()).containsPattern("MB of weights loaded in .* s; " + tokenizer.encode("the sea").length + " prompt tokens in .* s; \\d+ tokens, .* tokens/s");
        assertThat(generate(gguf, "--prompt", "the sea", "--max-new-tokens", "12").out()).isEqualTo(run.out());
    }

    @Test
    void picturesAndVideosArePartOfThePrompt() throws IOException {
        Path seeing = folder.resolve("seeing");
        BpeTokenizer marks = BpeTrainer.train(List.of("the sea and the sky"), 280,
                List.of("<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"));
        Qwen3VlCheckpoint.save(new Qwen3Vl(Qwen3VlConfig.tiny(marks.vocabularySize()), Seed.of(3)), seeing);
        marks.save(seeing.resolve("tokenizer.json"));
        Path frames = Files.createDirectories(folder.resolve("frames"));
        for (int i = 0; i < 3; i++) {
            var picture = new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB);
            picture.setRGB(i, i, 0xffffff);
            ImageIO.write(picture, "png", frames.resolve(i + ".png").toFile());
        }
        Invocation run = generate(seeing, "--prompt", "the sea?", "--image", frames.resolve("0.png").toString(), "--video", frames.toString(), "--max-pixels", "4096", "--max-new-tokens", "3");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).containsPattern("; \\d{3,} prompt tokens");
        Invocation each = Invocation.of("embed", "--model", seeing, "--text", "the sea", "--image", frames.resolve("0.png"), "--video", frames, "--max-pixels", "4096", "--threads", "2");
        assertThat(each.code()).as(each.err()).isZero();
        assertThat(each.out().lines()).hasSize(3);
        Invocation one = Invocation.of("embed", "--model", seeing, "--text", "the sea", "--image", frames.resolve("0.png"), "--together", "--max-pixels", "4096");
        assertThat(one.out().lines()).as(one.err()).hasSize(1).first().asString().contains("0.png + the sea");
        assertThat(Invocation.of("embed", "--model", seeing, "--text", "the", "--pooling", "cls").err()).contains("are for encoders of texts");
        assertThat(Invocation.of("embed", "--model", directory, "--image", frames.resolve("0.png")).err()).contains("reads texts only");
        Invocation file = Invocation.of("embed", "--model", gguf, "--text", "the sea", "--text", "the sky");
        assertThat(file.out().lines()).as(file.err()).hasSize(2);
        Invocation pooled = Invocation.of("embed", "--model", gguf, "--text", "the sea", "--pooling", "last", "--max-tokens", "9");
        assertThat(pooled.out().lines()).as(pooled.err()).hasSize(1);
        assertThat(Invocation.of("embed", "--model", seeing).err()).contains("there is nothing to embed");
        assertThat(generate(directory, "--prompt", "the", "--image", frames.resolve("0.png").toString()).err()).contains("reads texts only");
        assertThat(generate(gguf, "--prompt", "the", "--image", frames.resolve("0.png").toString()).err()).contains("need the Hugging Face folder");
        assertThat(generate(seeing, "--prompt", "the", "--image", frames.resolve("9.png").toString()).err()).contains("9.png");
    }

    @Test
    void drawsDependOnTheSeedAlone() {
        List<String> outputs = new ArrayList<>();
        for (String seed : List.of("1", "1", "2")) {
            outputs.add(generate(gguf, "--prompt", "the", "--max-new-tokens", "16", "--temperature", "1.5", "--top-p", "0.95", "--top-k", "100", "--seed", seed).out());
        }
        assertThat(outputs.get(0)).isEqualTo(outputs.get(1)).isNotEqualTo(outputs.get(2));
    }

    @Test
    void filesAndFoldersAnswerAlike() {
        Invocation folderRun = generate(directory, "--chat", "--prompt", "the sky", "--max-new-tokens", "4");
        assertThat(folderRun.code()).as(folderRun.err()).isZero();
        int prompt = tokenizer.encode("<|start|>user: the sky<|end|><|start|>assistant: ").length;
        assertThat(folderRun.err()).contains(prompt + " prompt tokens");
        assertThat(generate(gguf, "--chat", "--prompt", "the sky", "--max-new-tokens", "4").err()).contains(prompt + " prompt tokens");
    }

    @Test
    void keepsWeightsInTheTypeThatIsAskedFor() {
        // Q8_0 blocks and their values in float32 give the same words.
        Invocation asIs = generate(gguf, "--prompt", "sea", "--max-new-tokens", "6");
        for (String type : List.of("float32", "q8_0")) {
            Invocation run = generate(gguf, "--prompt", "sea", "--max-new-tokens", "6", "--dtype", type);
            assertThat(run.code()).as(run.err()).isZero();
            assertThat(run.out()).isEqualTo(asIs.out());
        }
        fails(generate(gguf, "--prompt", "sea", "--dtype", "q9"), ExitCode.USAGE, "unknown type 'q9'; known are as-is, float32");
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        fails(generate(folder.resolve("none.gguf"), "--prompt", "x"), ExitCode.NO_INPUT, "none.gguf");
        fails(generate(gguf, "--prompt", ""), ExitCode.USAGE, "the prompt is empty");
        fails(generate(gguf, "--prompt", "x", "--max-new-tokens", "0"), ExitCode.USAGE, "--max-new-tokens");
        fails(generate(gguf, "--prompt", "x", "--max-new-tokens", "64"), ExitCode.USAGE, "the model was trained for 64");
        fails(generate(gguf, "--prompt", "x", "--top-p", "0.5"), ExitCode.USAGE, "need a --temperature above 0");
        fails(generate(gguf, "--prompt", "x", "--temperature", "-1"), ExitCode.USAGE, "temperature must be above 0");
        byte[] bytes = Files.readAllBytes(gguf);
        Path cut = Files.write(folder.resolve("cut.gguf"), Arrays.copyOf(bytes, bytes.length / 2));
        fails(generate(cut, "--prompt", "x"), ExitCode.BAD_DATA, "cut.gguf: tensor");
        Path bare = folder.resolve("bare.gguf");
        Decoder other = new Decoder(new DecoderConfig(DecoderConfig.Family.QWEN3, 16, 32, 32, 1, 1, 1, 32, 1e-5f, new RopeFrequencies.Plain(1e4), false, false, true), new Seed(1));
        GgufCheckpoint.save(other, GgmlType.F32, CONTEXT, Map.of("general.name", GgufValue.of("bare")), bare);
        fails(generate(bare, "--prompt", "x"), ExitCode.BAD_DATA, "no metadata 'tokenizer.ggml.model'");
    }

    @Test
    void anEncoderIsNoGenerator() throws IOException {
        Path encoder = folder.resolve("encoder");
        BertCheckpoint.save(encoder, new BertEncoder(new BertConfig(807, 8, 12, 1, 2, 32, 2, 1e-12f, BertConfig.Activation.GELU, false), Seed.of(2)));
        Files.copy(Path.of("../models/src/test/resources/golden/tokenizer/small-wordpiece/tokenizer.json"), encoder.resolve("tokenizer.json"));
        String message = "config.json: model_type must be \"qwen3_vl\", \"qwen3\" or \"llama\" for a language model, found \"bert\"; an encoder generates no text: use it to embed, or name a language model";
        fails(generate(encoder, "--prompt", "x"), ExitCode.BAD_DATA, "embedrl generate: " + encoder.resolve(message));
        fails(generate(encoder, "--prompt", "x", "--image", "a.png"), ExitCode.BAD_DATA, message);
        Files.writeString(folder.resolve("text.txt"), "the sea");
        fails(Invocation.of("finetune", "--model", encoder, "--text", folder.resolve("text.txt"), "--out", folder.resolve("out")), ExitCode.BAD_DATA, message);
        Path file = folder.resolve("encoder.gguf");
        new GgufWriter().metadata("general.architecture", GgufValue.of("bert")).metadata("tokenizer.ggml.model", GgufValue.of("bert")).write(file);
        fails(generate(file, "--prompt", "x"), ExitCode.BAD_DATA, "architecture 'bert' is not computed here; known are [llama, qwen3]");
    }

    private static Invocation generate(Path model, String... more) {
        List<Object> words = new ArrayList<>(List.of("generate", "--model", model, "--device", "cpu", "--threads", "1"));
        words.addAll(List.of(more));
        return Invocation.of(words.toArray());
    }

    private static void fails(Invocation run, ExitCode code, String message) {
        assertThat(run.code()).as(run.err()).isEqualTo(code.code());
        assertThat(run.err()).contains(message).hasLineCount(1);
    }
}
