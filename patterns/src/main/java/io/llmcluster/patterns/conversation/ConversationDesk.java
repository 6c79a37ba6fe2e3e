package io.llmcluster.patterns.conversation;

import io.llmcluster.patterns.call.StepCalls;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.workflow.PatternRegistry;
import io.llmcluster.patterns.workflow.PatternSettings;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * What a conversation's actor works with.
 *
 * @param patterns that can answer
 * @param calls those of this member
 * @param children workflows, for turns that a pattern answers
 * @param cast who could answer now
 * @param common what holds for everything durable
 */
public record ConversationDesk(
    PatternRegistry patterns,
    StepCalls calls,
    Children children,
    Supplier<Cast> cast,
    Clock clock,
    PatternSettings common,
    ConversationSettings settings) {}
