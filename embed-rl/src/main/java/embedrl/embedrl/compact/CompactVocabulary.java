package embedrl.embedrl.compact;

import embedrl.datasets.Item;
import embedrl.datasets.Pair;
import embedrl.datasets.PairSource;
import embedrl.datasets.scenes.Cell;
import embedrl.datasets.scenes.Concept;
import embedrl.datasets.scenes.SceneFamilies;
import embedrl.datasets.scenes.TileColor;
import embedrl.embedrl.message.TextStyle;
import embedrl.embedrl.reward.Side;
import embedrl.models.message.ChatTemplate;
import embedrl.models.tokenizer.BpeTokenizer;
import embedrl.models.tokenizer.BpeTrainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The tokenizer of the compact models and the tokens of the words that matter: byte-level BPE trained on the words of the scenes, with the T-CoT's tags and
 * JSON parts as single tokens. Every name, color and cell is one token after a space.
 */
public final class CompactVocabulary {
    private static final int MERGES = 900;

    private final BpeTokenizer tokenizer;
    private final int[] names;
    private final int[] colors;
    private final int[] cells;

    private CompactVocabulary(BpeTokenizer tokenizer, SceneFamilies scenes) {
        this.tokenizer = tokenizer;
        this.names = scenes.art().training().stream().map(Concept::name).mapToInt(this::word).toArray();
        this.colors = Arrays.stream(TileColor.values()).map(TileColor::word).mapToInt(this::word).toArray();
        this.cells = Cell.ALL.stream().map(Cell::word).mapToInt(this::word).toArray();
    }

    /** Trains the tokenizer on the scenes' words and on the prompts and completions of some pairs of each source. */
    public static CompactVocabulary train(SceneFamilies scenes, List<? extends PairSource> sources, int pairsPerSource) {
        List<String> corpus = new ArrayList<>();
        for (String word : scenes.vocabulary()) for (int i = 0; i < 50; i++) corpus.add(" " + word);
        for (PairSource source : sources)
            for (int i = 0; i < pairsPerSource; i++) {
                Pair pair = source.pair(i);
                add(corpus, pair.query(), Side.QUERY);
                add(corpus, pair.target(), Side.TARGET);
            }
        ChatTemplate template = ChatTemplate.compact();
        List<String> added = Stream.of(Stream.of(template.user(), template.end(), template.visionStart(), template.placeholder(), "<emb>"),
                TextStyle.COMPACT_TOKENS.stream(), Cell.ALL.stream().map(cell -> " " + cell.word()))   // the pattern of words would split B2
                .flatMap(s -> s).distinct().toList();
        return new CompactVocabulary(BpeTrainer.train(corpus, 256 + MERGES + added.size(), added), scenes);
    }

    /** The words of scenes in a tokenizer that was trained earlier; an error where it lacks one of them. */
    public static CompactVocabulary of(BpeTokenizer tokenizer, SceneFamilies scenes) {
        return new CompactVocabulary(tokenizer, scenes);
    }

    private static void add(List<String> corpus, Item item, Side side) {
        corpus.add(TextStyle.COMPACT.prompt(item, side));
        corpus.add(TextStyle.COMPACT.completion(item.trace()));
    }

    private int word(String word) {
        int[] ids = tokenizer.encode(" " + word);
        if (ids.length != 1)
            throw new IllegalStateException("vocabulary: ' " + word + "' must be one token, got " + ids.length + "; more merges or occurrences are needed");
        return ids[0];
    }

    public BpeTokenizer tokenizer() {
        return tokenizer;
    }

    /** Token ids of the training concepts' names, in the order of the art. */
    public int[] names() {
        return names.clone();
    }

    public int[] colors() {
        return colors.clone();
    }

    /** Row by row. */
    public int[] cells() {
        return cells.clone();
    }

    /** All tokens that carry what an item shows. */
    public Set<Integer> contentTokens() {
        return Stream.of(names, colors, cells).flatMapToInt(Arrays::stream).boxed().collect(Collectors.toSet());
    }
}
