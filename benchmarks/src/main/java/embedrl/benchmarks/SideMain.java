package embedrl.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** The main class of a side's process: reads "verb workload" lines and answers each with one line of JSON behind {@link #MARK}, until the input ends. */
public final class SideMain {
    /** Begins an answer; other lines of the output are a library's. */
    static final String MARK = "@";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private SideMain() {
    }

    /** Opens sides by name. */
    interface Sides {
        Side open(String side, int threads, boolean quick) throws PeerMissing;
    }

    public static void main(String[] arguments) throws IOException {
        serve(SideMain::open, arguments);
    }

    /** Opens the side that the arguments name (side, threads, quick) and answers until the input ends; then the process ends. */
    static void serve(Sides sides, String[] arguments) throws IOException {
        Side side;
        try {
            side = sides.open(arguments[0], Integer.parseInt(arguments[1]), Boolean.parseBoolean(arguments[2]));
        } catch (PeerMissing missing) {
            answer(Map.of("missing", missing.getMessage()));
            return;
        }
        answer(Map.of("ready", true));
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ", 2);
            Map<String, Object> answer = new LinkedHashMap<>(switch (words[0]) {
                case "warm" -> side.warm(words[1]);
                case "round" -> side.round(words[1]);
                case "finish" -> side.finish();
                default -> throw new IllegalStateException("side: unknown command '" + line + "'");
            });
            answer.put("peakRss", PeakMemory.bytes());
            answer(answer);
        }
        System.exit(0);   // native pools may hold threads that would keep the process
    }

    private static Side open(String side, int threads, boolean quick) throws PeerMissing {
        return switch (side) {
            case "train-ours" -> new OurTraining(threads, quick);
            case "train-pytorch", "train-pytorch-plus" -> new TorchTraining(Torch.open(threads), quick);
            case "rows-ours" -> new OurRows(threads, quick);
            case "rows-pytorch" -> new TorchRows(Torch.open(threads), quick);
            case "rows-floor" -> new TriadSide(threads);
            case "egrl-ours" -> new OurEgRl(threads, quick);
            case "egrl-quickstart" -> new QuickstartEgRl(threads, quick);
            case "gemm-ours" -> new OurGemm(threads, quick);
            case "gemm-pytorch", "gemm-pytorch-plus" -> new TorchGemm(Torch.open(threads), quick);
            case "gemm-openblas" -> new OpenBlasGemm(threads, quick);
            case "gemm-ejml" -> new EjmlGemm(threads, quick);
            case "gemm-mlas" -> new MlasGemm(threads, quick);
            case "embed-ours" -> OurEmbedding.open(threads, quick);
            case "embed-onnxruntime" -> OrtEmbedding.open(threads, quick);
            case "embed-langchain4j" -> LangChainEmbedding.open(threads, quick);
            case "embed-agreement" -> new EmbeddingAgreement(threads, quick);
            case "decode-ours" -> new OurDecoding(threads, quick);
            case "decode-llama.cpp" -> LlamaCpp.open(threads, quick);
            case "decode-floor" -> new Floor(threads, quick);
            default -> throw new IllegalStateException("side: unknown side '" + side + "'");
        };
    }

    private static void answer(Map<String, Object> answer) {
        System.out.println(MARK + JSON.writeValueAsString(answer));
        System.out.flush();
    }
}
