package embedrl.datasets.scenes;

import embedrl.datasets.Item;
import embedrl.datasets.Pair;
import embedrl.datasets.RetrievalQuery;
import embedrl.datasets.RetrievalTask;
import embedrl.datasets.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Draws pairs in two steps: first the content, which is cheap, then the items with their pixels.
 *
 * @param <C> the content of a pair, without pixels
 */
abstract sealed class SceneFamily<C> implements Family
        permits QuestionAnswering, Grounding, TextToImage, ImageToText, Classification, Composed, Videos, Pages {
    final World world;
    final Split split;
    private final String name;
    private final long seed;
    private final long size;

    SceneFamily(String name, World world, Split split, long seed, long size) {
        if (size < 1) {
            throw new IllegalArgumentException("family '" + name + "': the size must be at least 1, got " + size);
        }
        this.name = name;
        this.world = world;
        this.split = split;
        this.seed = seed;
        this.size = size;
    }

    /** Draws the content of a pair. */
    abstract C draw(SeededRandom random);

    /** Returns the id of the target. */
    abstract String targetId(C content);

    /** Makes the query. */
    abstract Item query(C content);

    /** Makes the target. */
    abstract Item target(C content);

    /** Offers wrong candidates, the hardest first, until the list is full. */
    abstract void distract(C content, SeededRandom random, CandidateList list);

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final long size() {
        return size;
    }

    @Override
    public final Split split() {
        return split;
    }

    private String label() {
        return name + "/" + split.label();
    }

    private C content(long index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("dataset '" + label() + "': the index must be in 0…" + (size - 1) + ", got " + index);
        }
        return draw(SeededRandom.of(seed, label(), index));
    }

    @Override
    public final Pair pair(long index) {
        C content = content(index);
        return new Pair(label() + "/" + index, name, query(content), target(content));
    }

    @Override
    public final String targetId(long index) {
        return targetId(content(index));
    }

    @Override
    public final RetrievalTask task(int queries, int candidates) {
        List<RetrievalQuery> list = new ArrayList<>();
        for (int i = 0; i < queries; i++) {
            C content = content(i);
            Item target = target(content);
            CandidateList wrong = new CandidateList(label(), candidates, target);
            SeededRandom random = SeededRandom.of(seed, label() + "/distractors", i);
            distract(content, random, wrong);
            list.add(new RetrievalQuery(label() + "/" + i, query(content), wrong.items(), Map.of(target.id(), 1.0)));
        }
        return new RetrievalTask(label(), list);
    }
}
