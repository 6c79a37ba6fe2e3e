package io.llmcluster.patterns.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.BuiltInPatterns;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.model.Crew;
import io.llmcluster.patterns.model.CrewMember;
import io.llmcluster.patterns.program.RefusedRequest;
import io.llmcluster.patterns.testkit.Agents;
import io.llmcluster.patterns.testkit.Simulation;
import io.llmcluster.patterns.workflow.PatternRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConversationRequestTest {

  private static final PatternRegistry PATTERNS = new PatternRegistry(BuiltInPatterns.all());
  private static final Cast CAST = Simulation.cast(Agents.DEFAULT, "a", "b");

  private static ConversationDefinition of(String request) {
    return new ConversationRequest(CAST, PATTERNS)
        .conversation(
            new ConversationCommand.Create(Simulation.object(request), "h", "me", noOne()),
            Talks.SETTINGS,
            1);
  }

  private static Posting.Message message(String message, String conversation) {
    return new ConversationRequest(CAST, PATTERNS)
        .message(
            new ConversationCommand.Post("x", Simulation.object(message), "h", noOne()),
            of(conversation));
  }

  @SuppressWarnings("NullAway") // nobody is answered here
  private static <T> org.apache.pekko.actor.typed.ActorRef<T> noOne() {
    return null;
  }

  @Test
  void nothing_said_is_a_single_model_that_the_cluster_chooses() {
    ConversationDefinition definition = of("{}");
    assertThat(definition.model()).isIn("a", "b");
    assertThat(definition.modelChosen()).isTrue();
    assertThat(definition.pattern()).isEqualTo("none");
    assertThat(definition.onBusy()).isEqualTo(OnBusy.ENQUEUE);
    assertThat(definition.window()).isEqualTo(256);
    assertThat(definition.system()).isEmpty();
    assertThat(definition.options().path("num_predict").asInt()).isEqualTo(1024);
  }

  @Test
  void an_agent_brings_its_prompt_and_temperature_and_the_request_may_say_otherwise() {
    ConversationDefinition critic = of("{'agent':'critic'}");
    assertThat(critic.agent()).isEqualTo("Critic");
    assertThat(critic.system()).isNotEmpty();
    assertThat(critic.options().has("temperature")).isTrue();
    ConversationDefinition other =
        of("{'agents':['Critic'],'system':'be kind','model':'b','options':{'temperature':1}}");
    assertThat(other.system()).isEqualTo("be kind");
    assertThat(other.model()).isEqualTo("b");
    assertThat(other.modelChosen()).isFalse();
    assertThat(other.options().path("temperature").asInt()).isEqualTo(1);
  }

  @Test
  void of_several_agents_the_first_one_answers_and_a_message_may_name_another() {
    String group = "{'agents':['Code','critic'],'options':{'num_predict':9}}";
    assertThat(of(group).agent()).isEqualTo("Code");
    assertThat(of(group).agents()).containsExactly("Code", "Critic");
    assertThat(message("{'content':'x'}", group).speaker()).isNull();
    Speaker critic =
        Objects.requireNonNull(message("{'content':'x','agent':'CRITIC'}", group).speaker());
    assertThat(critic.agent()).isEqualTo("Critic");
    assertThat(critic.system()).isEqualTo(of("{'agent':'critic'}").system());
    assertThat(critic.options().path("num_predict").asInt()).isEqualTo(9);
    assertThat(critic.options().path("temperature").asDouble()).isZero();
    assertThatThrownBy(() -> message("{'content':'x','agent':'Creative'}", group))
        .hasMessage("agent: Creative (expected: one of Code, Critic)");
    assertThat(message("{'content':'x','agent':'Creative'}", "{}").speaker()).isNotNull();
  }

  @Test
  void several_agents_are_the_roles_of_a_pattern_unless_a_message_names_one() {
    String group = "{'agents':['Code','Critic'],'pattern':'maestro'}";
    Posting.Message message = message("{'content':'x'}", group);
    assertThat(message.pattern()).isEqualTo("maestro");
    ObjectNode request = message.patternOptions();
    request.put("prompt", "x");
    ObjectNode prepared = PATTERNS.newest("maestro").orElseThrow().prepare(request, CAST);
    assertThat(Crew.of(prepared).members())
        .extracting(CrewMember::role)
        .containsExactly("Code", "Coordinator", "Critic");
    assertThat(message("{'content':'x','agent':'Code'}", group).pattern()).isEqualTo("none");
  }

  @Test
  void models_of_a_conversation_are_those_of_its_patterns() {
    assertThat(of("{'pattern':'ensemble','models':['a','b']}").patternOptions().path("models"))
        .hasSize(2);
    assertThat(of("{'pattern':'ensemble'}").patternOptions().has("models")).isFalse();
  }

  @Test
  void a_message_may_ask_for_another_pattern_with_other_options() {
    Posting.Message message =
        message(
            "{'content':'why?','pattern':'debate','patternOptions':{'rounds':2}}",
            "{'patternOptions':{'rounds':1,'seed':3}}");
    assertThat(message.pattern()).isEqualTo("debate");
    assertThat(message.patternOptions().path("rounds").asInt()).isEqualTo(2);
    assertThat(message.patternOptions().path("seed").asInt()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'agent':'nobody'}          | agent: nobody (expected: one of Code, Coordinator,
          {'agents':['Code','b']}     | agent: b (expected: one of Code, Coordinator,
          {'agents':['a','b','c','d','e','f','g','h','i']} | agents: ["a","b","c","d","e","f","g","h","i"] (expected: a list of at most 8 texts)
          {'pattern':'maestro','agents':['Critic','Coordinator']} | patternOptions.agents: Critic, Coordinator (expected: some of Code, Creative
          {'pattern':'quartet'}       | pattern: quartet (expected: one of auto, debate, decompose, ensemble, maestro, none)
          {'onBusy':'wait'}           | onBusy: wait (expected: one of enqueue, interrupt, reject)
          {'window':10}               | window: 10 (expected: a whole number from 256 to 32768)
          {'model':3}                 | model: 3 (expected: a text)
          {'format':'json'}           | format: not in a conversation (expected: none)
          {'options':[]}              | options: [] (expected: an object)
          {'pattern':'debate','patternOptions':{'rounds':99}} | patternOptions.rounds: 99 (expected:
          """)
  void what_is_wrong_is_named(String request, String reason) {
    assertThatThrownBy(() -> of(request))
        .isInstanceOf(RefusedRequest.class)
        .hasMessageStartingWith(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                    | content: missing (expected: a text)
          {'content':' '}       | content: missing (expected: a text)
          {'content':'x','format':{'type':'object'}} | format: not in a conversation (expected: none)
          {'content':'x','patternOptions':{'format':'json'}} | patternOptions.format: not with a pattern (expected: none)
          {'content':['x']}     | content: ["x"] (expected: a text)
          {'content':'x','pattern':'no'} | pattern: no (expected: one of
          {'content':'x','pattern':'debate','patternOptions':{'rounds':-1}} | patternOptions.rounds: -1
          """)
  void what_is_wrong_with_a_message_is_named(String message, String reason) {
    assertThatThrownBy(() -> message(message, "{}"))
        .isInstanceOf(RefusedRequest.class)
        .hasMessageStartingWith(reason);
  }

  @Test
  void without_a_model_there_is_no_conversation() {
    assertThatThrownBy(
            () ->
                new ConversationRequest(Simulation.cast(Agents.DEFAULT), PATTERNS)
                    .conversation(
                        new ConversationCommand.Create(Simulation.object("{}"), "h", "me", noOne()),
                        Talks.SETTINGS,
                        1))
        .hasMessage("model: none is there (expected: a node with a model that chats)");
  }

  @Test
  void a_chosen_model_that_has_gone_is_replaced_and_a_named_one_is_not() {
    Cast later = Simulation.cast(Agents.DEFAULT, "c");
    ConversationRequest request = new ConversationRequest(later, PATTERNS);
    assertThat(request.model(Speaker.of(of("{}")))).isEqualTo("c");
    assertThat(request.model(Speaker.of(of("{'agent':'Code'}")))).isEqualTo("c");
    assertThat(request.model(Speaker.of(of("{'model':'a'}")))).isEqualTo("a");
  }

  @Test
  void a_pattern_is_handed_no_more_messages_than_it_takes() {
    Memory memory = Memory.EMPTY;
    for (int i = 0; i < 1200; i++) {
      memory = memory.add(new Memory.Kept(i % 2 == 0 ? "user" : "assistant", "hi"));
    }
    ConversationDefinition definition = of("{'pattern':'ensemble','window':32768}");
    var message =
        new ConversationState.Waiting(1, "m", "hi", "ensemble", definition.patternOptions(), null);
    var turn = new ConversationState.Turn(message, 1, "", "wf", 1, 0);
    var open =
        new ConversationState.Open(
            definition, memory, List.of(), turn, null, Map.of(), 1200, false);
    ConversationSettings settings =
        new ConversationSettings(256, 500, 2, 20_000, Duration.ofMinutes(1), 1 << 20);
    ObjectNode request = TurnRequests.child(open, turn, settings);
    assertThat(request.path("messages")).hasSize(500);
    assertThat(PATTERNS.newest("ensemble").orElseThrow().prepare(request, CAST)).isNotNull();
  }
}
