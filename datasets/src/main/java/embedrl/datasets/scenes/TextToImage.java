package embedrl.datasets.scenes;

import embedrl.datasets.Item;
import embedrl.datasets.SeededRandom;

/** Describes a scene; the target is its image. Distractors exchange cells, colors and names of the same objects. */
final class TextToImage extends SceneFamily<Scene> {
    TextToImage(World world, Split split, long seed, long size) {
        super("text-to-image", world, split, seed, size);
    }

    @Override
    Scene draw(SeededRandom random) {
        return world.drawScene(split, random, World.DESCRIBED, World.DESCRIBED).scene();
    }

    @Override
    String targetId(Scene scene) {
        return scene.id();
    }

    @Override
    Item query(Scene scene) {
        return World.sceneText(scene);
    }

    @Override
    Item target(Scene scene) {
        return world.sceneImage(scene);
    }

    @Override
    void distract(Scene scene, SeededRandom random, CandidateList list) {
        SceneChanges changes = new SceneChanges(world, split);
        changes.swaps(scene).forEach(wrong -> offer(wrong, list));
        while (!list.full()) {
            offer(changes.change(scene, random), list);
        }
    }

    private void offer(Scene wrong, CandidateList list) {
        list.offer(wrong.id(), () -> world.sceneImage(wrong));
    }
}
