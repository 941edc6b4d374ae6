package embedrl.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.benchmarks.kernels.Limits;
import embedrl.models.checkpoint.WeightFormat;
import embedrl.models.decoder.Decoder;
import embedrl.models.decoder.DecoderCheckpoint;
import embedrl.models.decoder.DecoderConfig;
import embedrl.models.decoder.RopeFrequencies;
import embedrl.models.gguf.GgufCheckpoint;
import embedrl.nn.WeightType;
import embedrl.tensor.Executors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DecodeTest {
    private static final DecoderConfig SMALL = new DecoderConfig(DecoderConfig.Family.LLAMA, 640, 64, 96, 2, 4, 2, 16, 1e-5f, new RopeFrequencies.Plain(100_000), false, false,
            true);

    private static List<Float> logits(Decoder model, int batch) {
        try (var executor = Executors.open("cpu", 1)) {
            return new DecodeLoop(OurDecoding.session(executor, model, model.cache(batch, DecodeModel.CAPACITY), batch), batch).check(SMALL.vocabSize());
        }
    }

    private static JsonNode json(List<Float> values) {
        return JsonMapper.builder().build().valueToTree(values);
    }

    @Test
    void theFilesForPeersHoldTheModelThatIsDecoded(@TempDir Path folder) throws IOException {
        List<Float> own = logits(DecodeModel.of(SMALL, WeightType.FLOAT32), 1);
        assertThat(own).hasSize(DecodeLoop.CHECKED * 499).doesNotContain(Float.NaN);
        DecodeModel.saveFolder(SMALL, WeightFormat.FLOAT32, folder);
        assertThat(logits(DecoderCheckpoint.load(folder), 1)).isEqualTo(own);
        Path file = folder.resolve("model.gguf");
        for (WeightType type : List.of(WeightType.FLOAT32, WeightType.BFLOAT16, WeightType.Q8_0, WeightType.Q4_0)) {
            DecodeModel.saveGguf(SMALL, type, file);
            assertThat(logits(GgufCheckpoint.load(file, WeightType.AS_IS), 1)).as(type.title()).isEqualTo(logits(DecodeModel.of(SMALL, type), 1));
        }
        assertThatThrownBy(() -> DecodeModel.saveGguf(SMALL, WeightType.AS_IS, file)).hasMessageContaining("name one");
    }

    @Test
    void theLoopFillsTheCacheAndThenGoesRoundInIt() {
        List<Integer> rows = new ArrayList<>();
        List<Integer> given = new ArrayList<>();
        DecodeLoop loop = new DecodeLoop(new DecodeSession() {
            @Override
            public void step(int[] tokens, int row) {
                rows.add(row);
                given.add(tokens[1]);
                tokens[1] = 5;
            }

            @Override
            public float[] logits() {
                return new float[200];
            }
        }, 2);
        loop.check(100);
        assertThat(rows).hasSize(32).startsWith(0, 1, 2).endsWith(31);
        assertThat(given).startsWith(50, 69, 88);
        for (int i = 0; i < 18; i++) loop.step();
        assertThat(rows.subList(32, 50)).startsWith(32, 33).endsWith(47, 32, 33);
        assertThat(given.subList(32, 50)).containsOnly(5);
    }

    @Test
    void logitsAgreeUpToTheRoundingOfTheWeightsAlone() {
        JsonNode ours = json(List.of(3f, 4f));
        assertThat(DecodeAgreement.distance(ours, json(List.of(3f, 4.5f)))).isEqualTo(0.1);
        assertThat(DecodeAgreement.distance(ours, json(List.of(3f)))).isNaN();
        assertThat(DecodeAgreement.distance(ours, json(List.of(3f, Float.NaN)))).isNaN();
        assertThat(DecodeAgreement.difference(WeightType.Q4_0, 0.1)).isEmpty();
        assertThat(DecodeAgreement.difference(WeightType.FLOAT32, 0.1)).hasValue("its logits differ, by 0.100 of their length; allowed is 0.00200");
        assertThat(DecodeAgreement.difference(WeightType.Q4_0, Double.NaN)).isPresent();
    }

    @Test
    void aPeerThatCannotDecodeACaseSaysWhy() {
        DecodeSide side = new DecodeSide(true) {
            @Override
            DecodeSession open(DecoderConfig config, DecodeCase.Model c) {
                throw new Unable("decodes one sequence at a time");
            }

            @Override
            public Map<String, Object> finish() {
                return Map.of();
            }
        };
        assertThat(side.warm("135M float32, batch 16")).containsOnly(Map.entry("unsupported", "decodes one sequence at a time"));
    }

    @Test
    void aFolderWithoutLlamaCppIsNamed(@TempDir Path folder) {
        assertThatThrownBy(() -> LlamaLibrary.open(folder, false)).isInstanceOf(PeerMissing.class).hasMessage("no libggml.so in " + folder);
    }

    @Test
    void llamaCppDecodesOurFiles() throws IOException, PeerMissing {
        Assumptions.assumeTrue(System.getenv(LlamaCpp.VARIABLE) != null, "llama.cpp is not here");
        for (var c : List.of(new DecodeCase.Model(WeightType.FLOAT32, 1), new DecodeCase.Model(WeightType.Q8_0, 3))) {
            DecodeLoop loop = new DecodeLoop(LlamaCpp.open(1, true).open(SMALL, c), c.batch());
            double distance = DecodeAgreement.distance(json(logits(DecodeModel.of(SMALL, c.weights()), c.batch())), json(loop.check(SMALL.vocabSize())));
            assertThat(DecodeAgreement.difference(c.weights(), distance)).as(c.name()).isEmpty();
            for (int i = 0; i < 20; i++) loop.step();   // back to the first row too
        }
    }

    @Test
    void casesAreFoundByTheirUniqueNames() {
        assertThat(DecodeCase.all()).extracting(DecodeCase::name).doesNotHaveDuplicates().contains("135M bfloat16, batch 16", "product 1x16384x4096 q8_0");
        for (DecodeCase c : DecodeCase.all()) assertThat(DecodeCase.named(c.name())).isEqualTo(c);
        assertThatThrownBy(() -> DecodeCase.named("7B")).hasMessage("decode: no case '7B'");
    }

    @Test
    void bothLimitsOfAStepAreToldAndTheLargerIsTheFloor() {
        var c = new DecodeCase.Model(WeightType.BFLOAT16, 16);
        assertThat(DecodeSuite.floors(c, 2, 300e6, 0.0125, 4.3e9, 0.02)).isEqualTo("135M bfloat16, batch 16, 2 threads: reading 300 MB takes 12.50 ms (24.0 GB/s), "
                + "multiplying 4.30 GFLOP 20.00 ms (215 GFLOP/s); the floor is the multiplying's");
        assertThat(DecodeSuite.floors(c, 1, 300e6, 0.025, 4.3e9, 0.02)).endsWith("the floor is the reading's");
    }

    @Test
    void theLimitsDoTheWorkThatTheyClaim() {
        float[] x = new float[4096];
        for (int i = 0; i < x.length; i++) x[i] = i;
        assertThat(Limits.sum(x, 1024, 2048)).isEqualTo((1024 + 3071) * 1024f);
        // Ten chains of c ← c + 1/8 in each lane.
        int lanes = (int) (Limits.flops(1) / 20);
        assertThat(Limits.multiply(20_000)).isEqualTo(10f * lanes * 2_500);
        assertThat(Limits.multiply(0)).isZero();
    }
}
