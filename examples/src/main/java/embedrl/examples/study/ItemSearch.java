package embedrl.examples.study;

import embedrl.datasets.Item;
import embedrl.embedrl.compact.CompactModels;
import embedrl.embedrl.compact.SavedModel;
import embedrl.embedrl.message.ItemMessages;
import embedrl.embedrl.reward.Side;
import embedrl.embedrl.tcot.Sections;
import embedrl.models.Embedder;
import embedrl.models.Reasoner;
import embedrl.models.message.EmbedderMessage;
import embedrl.tensor.Executor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Searches pictures by text with saved models: embeds each with its T-CoT where a Reasoner is given, and ranks by cosine. */
public final class ItemSearch implements AutoCloseable {
    private static final int CHUNK = 32;

    private final ItemMessages messages;
    private final Embedder embedder;
    private final Reasoner reasoner;

    /**
     * One thing found.
     *
     * @param name   of the item
     * @param cosine of its vector and the query's
     * @param answer of its T-CoT; empty without a Reasoner
     */
    public record Found(String name, double cosine, String answer) {
    }

    /** The Reasoner may be null. */
    public ItemSearch(SavedModel embedder, SavedModel reasoner, Executor executor) {
        if (reasoner != null) reasoner.requireFits(embedder);
        CompactModels models = embedder.models(executor);
        this.messages = models.messages();
        this.embedder = models.embedder(embedder.model());
        this.reasoner = reasoner == null ? null : models.reasoner(reasoner.model());
    }

    /** All items by falling cosine; equal ones keep their order. Items are asked for a few at a time, so that not all pictures are in memory. */
    public List<Found> search(String query, Map<String, Supplier<Item>> items) {
        float[] wanted = embed(List.of(Item.text(query, null)), Side.QUERY).getFirst().vector();
        List<Found> found = new ArrayList<>();
        List<String> names = List.copyOf(items.keySet());
        for (int from = 0; from < names.size(); from += CHUNK) {
            List<String> chunk = names.subList(from, Math.min(names.size(), from + CHUNK));
            List<Read> read = embed(chunk.stream().map(name -> items.get(name).get()).toList(), Side.TARGET);
            for (int i = 0; i < chunk.size(); i++) found.add(new Found(chunk.get(i), dot(wanted, read.get(i).vector()), read.get(i).answer()));
        }
        found.sort(Comparator.comparingDouble(Found::cosine).reversed());
        return found;
    }

    private record Read(float[] vector, String answer) {
    }

    private List<Read> embed(List<Item> items, Side side) {
        List<String> completions = reasoner == null ? items.stream().map(_ -> "").toList()
                : reasoner.greedy(items.stream().map(item -> messages.prompt(item, side)).toList()).stream().map(Reasoner.Rollout::text).toList();
        List<EmbedderMessage> read = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) read.add(reasoner == null ? messages.raw(items.get(i)) : messages.reasoned(items.get(i), completions.get(i)));
        float[][] vectors = embedder.embed(read);
        List<Read> results = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) results.add(new Read(vectors[i], Sections.of(completions.get(i)).answer()));
        return results;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += (double) a[i] * b[i];
        return sum;
    }

    @Override
    public void close() {
        embedder.close();
        if (reasoner != null) reasoner.close();
    }
}
