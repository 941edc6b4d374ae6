package embedrl.datasets;

import java.util.List;

/** Is a stand-in dataset of texts with a chosen number of different targets. */
record TextPairs(String name, long size, int targets) implements PairSource {
    @Override
    public Pair pair(long index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("index " + index);
        }
        Trace trace = Trace.ofKeywords("text", List.of("word"), "word", "word");
        return new Pair(name + index, name, Item.text("query " + index, trace), Item.text(targetId(index), trace));
    }

    @Override
    public String targetId(long index) {
        return name + " target " + index % targets;
    }
}
