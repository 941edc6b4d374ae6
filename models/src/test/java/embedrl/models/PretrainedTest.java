package embedrl.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.models.decoder.Decoder;
import embedrl.models.decoder.DecoderCheckpoint;
import embedrl.models.image.PatchSettings;
import embedrl.models.message.Content;
import embedrl.models.message.DynamicImages;
import embedrl.models.message.MessageEncoder;
import embedrl.models.qwen3vl.GoldenModel;
import embedrl.models.qwen3vl.Qwen3VlConfig;
import embedrl.models.qwen3vl.RandomCheckpoint;
import embedrl.models.qwen3vl.TextConfig;
import embedrl.models.qwen3vl.VisionConfig;
import embedrl.models.tokenizer.BpeTrainer;
import embedrl.nn.WeightType;
import embedrl.nn.checkpoint.SafetensorsException;
import embedrl.tensor.Seed;
import embedrl.tensor.TensorException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PretrainedTest {
    private static final Qwen3VlConfig CONFIG = new Qwen3VlConfig(new TextConfig(320, 32, 64, 2, 4, 2, 8, 1e-6f, 5e6, List.of(2, 1, 1)),
            new VisionConfig(2, 32, 64, 4, 4, 2, 2, 32, 64, List.of(0)), true);
    private static final String SHARD = "model-00001-of-00001.safetensors";

    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        RandomCheckpoint.write(CONFIG, folder);
    }

    private static BufferedImage picture(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < width; x++) for (int y = 0; y < height; y++) image.setRGB(x, y, x * 7 + y * 1000);
        return image;
    }

    private void edit(String name, String old, String replacement) throws IOException {
        String text = Files.readString(folder.resolve(name));
        assertThat(text).contains(old);
        Files.writeString(folder.resolve(name), text.replace(old, replacement));
    }

    @Test
    void aFolderEmbedsTextsPicturesAndVideosAndAnswers() throws IOException {
        try (Embedder embedder = Embedder.load(folder, GoldenModel.executor()); Reasoner reasoner = Reasoner.load(folder, GoldenModel.executor(), 5)) {
            float[] text = embedder.embed(Content.text("the cat"));
            float[] image = embedder.embed(new Content.Image(picture(100, 60)), Content.text("the cat"));
            float[] video = embedder.embed(new Content.Video(List.of(picture(64, 64), picture(64, 64), picture(64, 64)), List.of(0.0, 0.5, 1.0)));
            for (float[] vector : List.of(text, image, video)) {
                double square = 0;
                for (float value : vector) square += value * value;
                assertThat(square).isCloseTo(1, within(1e-5));
            }
            assertThat(text).isNotEqualTo(image);
            assertThat(embedder.embed(Content.text("the cat"))).isEqualTo(text);
            assertThat(reasoner.answer(new Content.Image(picture(40, 40)), Content.text("what is it?"))).isEqualTo(reasoner.answer(new Content.Image(picture(40, 40)), Content.text("what is it?")));
        }
    }

    @Test
    void narrowTypesGiveAboutTheSameVectors() throws IOException {
        float[] exact = vector(WeightType.FLOAT32);
        assertThat(vector(WeightType.AS_IS)).containsExactly(exact, within(1e-5f));
        assertThat(cosine(vector(WeightType.Q8_0), exact)).isGreaterThan(0.999);
        assertThat(cosine(vector(WeightType.Q4_0), exact)).isGreaterThan(0.9);
    }

    private float[] vector(WeightType type) throws IOException {
        try (Embedder embedder = MessageEmbedder.of(Pretrained.load(folder, type), GoldenModel.executor())) {
            return embedder.embed(new Content.Image(picture(40, 40)), Content.text("the dog"));
        }
    }

    private static double cosine(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
        return sum;
    }

    @Test
    void endTokensComeFromTheFolderAndTheTemplate() throws IOException {
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [3, 4], \"do_sample\": true, \"temperature\": 0.7, \"top_k\": 20, \"top_p\": 0.8}");
        Pretrained loaded = Pretrained.load(folder);
        assertThat(loaded.endTokens()).containsExactlyInAnyOrder(3, 4, loaded.tokenizer().id("<|im_end|>"));
        assertThat(loaded.defaults().sample()).isTrue();
        assertThat(loaded.defaults().settings().topK()).isEqualTo(20);
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": \"x\"}");
        assertThatThrownBy(() -> Pretrained.load(folder)).hasMessageContaining("generation_config.json: eos_token_id must be a token");
    }

    @Test
    void theFoldersChatTemplateGivesTheMarksOfTurns() throws IOException {
        Files.writeString(folder.resolve("chat_template.jinja"), """
                {%- for message in messages -%}
                {{- '<|im_start|>' + message.role + ':' + message.content + '<|im_end|>' -}}
                {%- endfor -%}
                {%- if add_generation_prompt -%}{{- '<|im_start|>assistant:' -}}{%- endif -%}""");
        Pretrained loaded = Pretrained.load(folder);
        assertThat(loaded.tokenizer().decode(loaded.encoder().turn(List.of(Content.text("the cat")), "<emb>").tokens()))
                .isEqualTo("<|im_start|>user:the cat<|im_end|><|im_start|>assistant:<emb><|im_end|>");
        assertThat(loaded.template().placeholder()).isEqualTo("<|image_pad|>");
        assertThat(loaded.conversations().render(List.of(embedrl.models.chat.ChatMessage.user("x")), false, java.util.Map.of())).contains("x");
        Files.writeString(folder.resolve("chat_template.jinja"), "nothing");
        assertThatThrownBy(() -> Pretrained.load(folder)).hasMessageContaining("chat template: it must show");
    }

    @Test
    void textModelsEmbedAtTheEndOfThePromptAndRefusePictures() throws IOException {
        Path texts = Files.createDirectories(folder.resolve("texts"));
        Files.writeString(texts.resolve("config.json"), """
                {"model_type": "qwen3", "hidden_act": "silu", "vocab_size": 320, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2,
                 "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8, "rms_norm_eps": 1e-6, "rope_theta": 10000.0, "tie_word_embeddings": true}""");
        DecoderCheckpoint.save(new Decoder(DecoderCheckpoint.config(texts), Seed.of(1)), texts);
        BpeTrainer.train(List.of("the cat"), 270, List.of("<|im_start|>", "<|im_end|>")).save(texts.resolve("tokenizer.json"));
        Pretrained loaded = Pretrained.load(texts);
        assertThat(loaded.images()).isNull();
        try (Embedder embedder = MessageEmbedder.of(loaded, GoldenModel.executor()); Reasoner reasoner = Reasoner.of(loaded, GoldenModel.executor(), 3)) {
            assertThat(embedder.embed(Content.text("the cat"))).hasSize(32).isNotEqualTo(embedder.embed(Content.text("the dog")));
            assertThat(reasoner.answer(Content.text("the cat"))).isEqualTo(reasoner.answer(Content.text("the cat")));
            assertThatThrownBy(() -> embedder.embed(new Content.Image(picture(8, 8)))).hasMessageContaining("the model reads texts only");
        }
    }

    @Test
    void preprocessingFilesSetTheSizeOfPictures() throws IOException {
        DynamicImages usual = Pretrained.load(folder).images();
        assertThat(usual).isEqualTo(DynamicImages.embedRl(new PatchSettings(4, 2, 2, 0.5f, 0.5f)));
        Files.writeString(folder.resolve("preprocessor_config.json"), """
                {"size": {"shortest_edge": 256, "longest_edge": 1024}, "patch_size": 4, "temporal_patch_size": 2, "merge_size": 2,
                 "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "image_processor_type": "Qwen2VLImageProcessorFast"}""");
        Files.writeString(folder.resolve("video_preprocessor_config.json"), """
                {"size": {"shortest_edge": 256, "longest_edge": 4096}, "patch_size": 4, "temporal_patch_size": 2, "merge_size": 2,
                 "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}""");
        MessageEncoder encoder = Pretrained.load(folder).encoder();
        assertThat(encoder.prompt(List.of(new Content.Image(picture(64, 64)))).visuals().getFirst().rows()).isEqualTo(8);   // 64 × 64 pixels shrink to 32 × 32
        assertThat(Pretrained.load(folder).withMaxPixels(256).encoder().prompt(List.of(new Content.Image(picture(64, 64)))).visuals().getFirst().rows()).isEqualTo(4);
        edit("preprocessor_config.json", "\"patch_size\": 4", "\"patch_size\": 8");
        edit("video_preprocessor_config.json", "\"patch_size\": 4", "\"patch_size\": 8");
        assertThatThrownBy(() -> Pretrained.load(folder)).hasMessageContaining("preprocessing makes patches of 384 numbers, the model reads 96");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "config.json | \"qwen3_vl\" | \"gpt_x\" | model_type must be \"qwen3_vl\", \"qwen3\" or \"llama\" for a language model",
            "config.json | \"model_type\" : \"qwen3_vl\", | '' | model_type must be a name, found nothing",
            "config.json | \"num_hidden_layers\" : 2, | '' | text_config.num_hidden_layers must be a whole number of 0 or more, found nothing",
            "config.json | \"vocab_size\" : 320 | \"vocab_size\" : 100 | 320, 32",
            "config.json | { | [ | not valid JSON",
            "tokenizer.json | <|video_pad|> | <|video_bad|> | the model needs tokens that are not there: [<|video_pad|>]",
            "tokenizer.json | \"BPE\" | \"Other\" | tokenizer.json"})
    void whatDoesNotFitIsOneClearError(String file, String old, String replacement, String message) throws IOException {
        edit(file, old, replacement);
        assertThatThrownBy(() -> Pretrained.load(folder)).isInstanceOf(RuntimeException.class).hasMessageContaining(message).hasMessageContaining(folder.toString());
    }

    @Test
    void missingFilesAreNamed() throws IOException {
        assertThatThrownBy(() -> Pretrained.load(folder.resolve("none"))).isInstanceOf(NoSuchFileException.class).hasMessageContaining("there is no such folder or file");
        Files.move(folder.resolve("tokenizer.json"), folder.resolve("t"));
        assertThatThrownBy(() -> Pretrained.load(folder)).isInstanceOf(NoSuchFileException.class).hasMessageContaining("tokenizer.json");
        Files.move(folder.resolve("t"), folder.resolve("tokenizer.json"));
        Files.delete(folder.resolve(SHARD));
        assertThatThrownBy(() -> Pretrained.load(folder)).isInstanceOf(NoSuchFileException.class).hasMessageContaining(SHARD).hasMessageContaining("a shard is missing");
        Files.write(folder.resolve(SHARD), new byte[20]);
        assertThatThrownBy(() -> Pretrained.load(folder)).isInstanceOf(SafetensorsException.class).hasMessageContaining(SHARD);
    }

    @Test
    void weightsOfAnotherShapeAreAllNamed() throws IOException {
        edit("config.json", "\"intermediate_size\" : 64", "\"intermediate_size\" : 96");
        assertThatThrownBy(() -> Pretrained.load(folder)).isInstanceOf(TensorException.class).hasMessageContaining("layers.0.mlp.gate_proj.weight")
                .hasMessageContaining("layers.1.mlp.down_proj.weight");
    }
}
