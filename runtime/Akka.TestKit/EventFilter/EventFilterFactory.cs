using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>Makes filters of log events, to expect them or to keep them out of the log.</summary>
public class EventFilterFactory
{
    private readonly TestKitBase _testkit;
    private readonly ActorSystem _system;
    private readonly IReadOnlyList<LogFilter> _others;

    public EventFilterFactory(TestKitBase testkit)
        : this(testkit, testkit.Sys)
    {
    }

    public EventFilterFactory(TestKitBase testkit, ActorSystem system)
        : this(testkit, system, [])
    {
    }

    internal EventFilterFactory(TestKitBase testkit, ActorSystem system, IReadOnlyList<LogFilter> others) =>
        (_testkit, _system, _others) = (testkit, system, others);

    public IEventFilterApplier Exception<TException>(string? message = null, string? start = null, string? contains = null, string? source = null)
        where TException : Exception => Exception(typeof(TException), message, start, contains, source);

    public IEventFilterApplier Exception<TException>(Regex pattern, string? source = null)
        where TException : Exception => Exception(typeof(TException), pattern, source);

    /// <summary>Errors logged with an exception of a type (or of one derived from it); the text is the exception's or the log's.</summary>
    public IEventFilterApplier Exception(
        Type exceptionType, string? message = null, string? start = null, string? contains = null, string? source = null, bool checkInnerExceptions = false) =>
        Exception(exceptionType, LogText.Of(message, start, contains), source, checkInnerExceptions);

    public IEventFilterApplier Exception(Type exceptionType, Regex pattern, string? source = null, bool checkInnerExceptions = false) =>
        Exception(exceptionType, LogText.Of(pattern), source, checkInnerExceptions);

    public IEventFilterApplier Error(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLogLevel(LogLevel.ErrorLevel, message, start, contains, source);

    public IEventFilterApplier Error(Regex pattern, string? source = null) => ForLogLevel(LogLevel.ErrorLevel, pattern, source);

    public IEventFilterApplier Warning(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLogLevel(LogLevel.WarningLevel, message, start, contains, source);

    public IEventFilterApplier Warning(Regex pattern, string? source = null) => ForLogLevel(LogLevel.WarningLevel, pattern, source);

    public IEventFilterApplier Info(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLogLevel(LogLevel.InfoLevel, message, start, contains, source);

    public IEventFilterApplier Info(Regex pattern, string? source = null) => ForLogLevel(LogLevel.InfoLevel, pattern, source);

    public IEventFilterApplier Debug(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLogLevel(LogLevel.DebugLevel, message, start, contains, source);

    public IEventFilterApplier Debug(Regex pattern, string? source = null) => ForLogLevel(LogLevel.DebugLevel, pattern, source);

    public IEventFilterApplier ForLogLevel(
        LogLevel logLevel, string? message = null, string? start = null, string? contains = null, string? source = null) =>
        ForLogLevel(logLevel, LogText.Of(message, start, contains), source);

    public IEventFilterApplier ForLogLevel(LogLevel logLevel, Regex pattern, string? source = null) =>
        ForLogLevel(logLevel, LogText.Of(pattern), source);

    /// <summary>Messages nobody received.</summary>
    public IEventFilterApplier DeadLetter() => DeadLetter(typeof(object));

    public IEventFilterApplier DeadLetter<TMessage>(string? source = null) => DeadLetter(typeof(TMessage), source);

    public IEventFilterApplier DeadLetter<TMessage>(Func<TMessage, bool> isMatch, string? source = null) =>
        DeadLetter(typeof(TMessage), message => isMatch((TMessage)message), source);

    public IEventFilterApplier DeadLetter(Type type, string? source = null) => DeadLetter(type, static _ => true, source);

    public IEventFilterApplier DeadLetter(Type type, Func<object, bool> isMatch, string? source = null)
    {
        var from = LogText.Source(source);
        return Applier(
            $"dead letter of {type.Name} from {from.Description}",
            log => log.Message is DeadLetter letter && type.IsInstanceOfType(letter.Message) && isMatch(letter.Message) && from.Holds(log.LogSource));
    }

    public IEventFilterApplier Custom(Predicate<LogEvent> predicate) => Applier("log event by a function", predicate);

    public IEventFilterApplier Custom<TLogEvent>(Predicate<TLogEvent> predicate)
        where TLogEvent : LogEvent => Applier($"{typeof(TLogEvent).Name} by a function", log => log is TLogEvent typed && predicate(typed));

    private IEventFilterApplier ForLogLevel(LogLevel level, LogText text, string? source)
    {
        var from = LogText.Source(source);
        return Applier(
            $"{level} log with {text.Description} from {from.Description}",
            log => log.LogLevel() == level && log.Message is not Event.DeadLetter && text.Holds($"{log.Message}") && from.Holds(log.LogSource));
    }

    private IEventFilterApplier Exception(Type type, LogText text, string? source, bool inner)
    {
        var from = LogText.Source(source);
        bool Matches(LogEvent log, Exception? cause) => cause is not null
            && (type.IsInstanceOfType(cause) && (text.Holds(cause.Message) || text.Holds($"{log.Message}")) || inner && Matches(log, cause.InnerException));
        return Applier($"{type.Name} logged with {text.Description} from {from.Description}", log => log is Error && Matches(log, log.Cause) && from.Holds(log.LogSource));
    }

    private EventFilterApplier Applier(string description, Predicate<LogEvent> matches) =>
        new(_testkit, _system, [.. _others, new LogFilter(description, matches)]);
}
