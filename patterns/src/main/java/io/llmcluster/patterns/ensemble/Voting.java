package io.llmcluster.patterns.ensemble;

import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.vote.Tally;
import io.llmcluster.patterns.vote.Vote;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code majority} and {@code weighted}: code counts, and stops as soon as the count is certain.
 */
final class Voting {

  private Voting() {}

  static Plan next(Scene scene) {
    List<Vote> votes = scene.votes();
    int readable = (int) votes.stream().filter(Vote::isReadable).count();
    Tally tally = Tally.of(votes);
    int open = scene.open().size();
    // no vote weighs more than 1, by either rule
    boolean decided =
        readable >= scene.params().quorum() && tally.isDecided(open, scene.params().minVoteShare());
    if (decided) {
      return won(scene, tally, tally.leaders().get(0), "", List.of());
    }
    if (open > 0 && !scene.run().exhausted() && !Shortfall.isCertain(scene, readable)) {
      return Plan.run(scene.candidates());
    }
    Shortfall shortfall = Shortfall.of(scene, readable);
    return shortfall.giveUp().orElseGet(() -> counted(scene, tally, shortfall.notes()));
  }

  private static Plan counted(Scene scene, Tally tally, List<String> shortfall) {
    if (tally.isEmpty()) {
      List<String> notes = new ArrayList<>(shortfall);
      notes.add("no answer could be read, so one is taken as it stands");
      return Selecting.next(scene, notes);
    }
    List<String> leaders =
        tally.leaders().stream().flatMap(answer -> scene.voterFor(answer).stream()).toList();
    TieBreak tie = TieBreak.of(scene, leaders);
    if (tie.asked() != null) {
      return Plan.run(tie.asked());
    }
    String answer = scene.reading(tie.winner()).orElseThrow();
    return won(scene, tally, answer, tie.by(), tie.addedTo(shortfall));
  }

  private static Plan won(
      Scene scene, Tally tally, String answer, String tieBreak, List<String> shortfall) {
    double share = tally.share(answer);
    double least = scene.params().minVoteShare();
    List<String> notes = new ArrayList<>(shortfall);
    if (share < least) {
      String missed = "the winner's share is " + share + " (expected: at least " + least + ")";
      if (scene.params().failsBelowQuorum()) {
        return Plan.giveUp(missed).skipping(scene.running());
      }
      notes.add(missed);
    }
    return Verdict.of(answer, tally, share, notes)
        .from(scene.voterFor(answer).orElseThrow())
        .tieBreak(tieBreak)
        .plan(scene);
  }
}
