package io.llmcluster.patterns.workflow;

import io.llmcluster.patterns.BuiltInPatterns;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.testkit.ConversationCrash;
import io.llmcluster.patterns.testkit.CrashRun;
import io.llmcluster.patterns.testkit.Simulation;
import io.llmcluster.patterns.testkit.SmallPattern;
import io.llmcluster.patterns.testkit.WorkflowCrash;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The runs that are disturbed at each of their points: one more line for one more pattern. Requests
 * have a seed, or each run would shuffle in its own way.
 */
final class CrashRuns {

  private static final String COUNT =
      "{'prompt':'How many apples are there?','models':['a','b','c'],'answers':'number','seed':5}";

  /** So long that the steps which are told it say where it stands. */
  private static final String LONG =
      "do what the job needs of this, in the order in which it came about";

  private static final String ANALYSIS =
      "{'complexity':'complex','directAnswer':'','assignments':["
          + "{'id':'facts','role':'Research','instruction':'"
          + LONG
          + "','dependsOn':[],'acceptance':'two'},"
          + "{'id':'think','role':'Reasoning','instruction':'think','dependsOn':[],'acceptance':'one'},"
          + "{'id':'code','role':'Code','instruction':'write','dependsOn':['facts','think'],"
          + "'acceptance':'it compiles'}]}";

  private static final String TASKS =
      "{'tasks':["
          + "{'id':'a','title':'A','instruction':'"
          + LONG
          + "','role':'Research','dependsOn':[]},"
          + "{'id':'b','title':'B','instruction':'do b','role':'Code','dependsOn':[]},"
          + "{'id':'c','title':'C','instruction':'do c','role':'','dependsOn':['a','b']},"
          + "{'id':'d','title':'D','instruction':'do d','role':'','dependsOn':['b']}]}";

  private static final String ACCEPTED = "{'reason':'fine','accepted':true}";

  private CrashRuns() {}

  static List<Pattern> patterns() {
    return Stream.concat(SmallPattern.ALL.stream(), BuiltInPatterns.all().stream()).toList();
  }

  static Stream<CrashRun> all() {
    return Stream.of(
        run("chain", "{'prompt':'q'}", Map.of()),
        new WorkflowCrash(
            "vote",
            "{'prompt':'q','width':4}",
            (step, attempt, body) ->
                step.equals("v2") && attempt == 1 ? null : step.equals("v1") ? "no" : "yes"),
        run("approved", "{'prompt':'q'}", Map.of()),
        run("first", "{'prompt':'q'}", Map.of()),
        run("outside", "{'prompt':'q'}", Map.of()),
        run("ensemble", "{'prompt':'Why?','models':['a','b','c'],'seed':5}", Map.of()),
        run("debate", COUNT, debate()),
        run("auto", COUNT, debate()),
        run(
            "maestro",
            "{'prompt':'the request','seed':5}",
            Map.of(
                "analysis",
                ANALYSIS,
                "review/facts",
                ACCEPTED,
                "review/think",
                ACCEPTED,
                "review/code",
                "{'reason':'checked','accepted':false,'change':'shorter'}",
                "synthesis",
                "all [facts] [think] [code]",
                "check",
                "{'reason':'complete','satisfied':true}")),
        run("decompose", "{'prompt':'the job','seed':5}", Map.of("plan", TASKS)),
        new ConversationCrash());
  }

  /** Two against one; the one is convinced. */
  private static Map<String, String> debate() {
    return Map.of(
        "first/debater1", answer(18),
        "first/debater2", answer(19),
        "first/debater3", answer(18),
        "round1/debater1", critique(18, true),
        "round1/debater2", critique(18, false),
        "round1/debater3", critique(18, true));
  }

  private static String answer(int answer) {
    return "{'reasoning':'counted','answer':'" + answer + "','confidence':0.5}";
  }

  private static String critique(int answer, boolean keeps) {
    return "{'reasoning':'looked again','keep':"
        + keeps
        + ",'error':'"
        + (keeps ? "" : "one was counted twice")
        + "','answer':'"
        + answer
        + "','confidence':0.9}";
  }

  /** What is not scripted answers with its own name. */
  private static CrashRun run(String pattern, String request, Map<String, String> words) {
    return new WorkflowCrash(
        pattern,
        request,
        (step, attempt, body) -> {
          String said = words.get(step);
          return said == null
              ? "text of " + step
              : said.startsWith("{") ? Simulation.object(said).toString() : said;
        });
  }
}
