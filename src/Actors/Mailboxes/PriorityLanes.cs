using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Ferry.Engine.Requests;

namespace Ferry.Actors.Mailboxes;

/// <summary>
/// A queue with a control lane before all and a lane for each priority, the largest first; first come first served within a lane. Every
/// operation takes constant time: two words of a bitmap name the next lane. Not thread-safe.
/// </summary>
/// <typeparam name="T">What waits.</typeparam>
internal sealed class PriorityLanes<T>
{
    /// <summary>The lane that goes before all.</summary>
    public const int Control = 0;

    private const int WordBits = 64;

    private readonly Lane?[] _lanes = new Lane?[Priority.Max + 1];
    private readonly ulong[] _words = new ulong[(Priority.Max / WordBits) + 1];
    private readonly Lane _control = new();
    private ulong _summary;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>Adds to the end of a lane.</summary>
    /// <param name="lane"><see cref="Control"/> or a priority, 1 to 1000.</param>
    /// <param name="item">The item.</param>
    public void AddLast(int lane, T item)
    {
        At(lane).AddLast(item);
        Count++;
    }

    /// <summary>Adds to the front of a lane.</summary>
    /// <param name="lane"><see cref="Control"/> or a priority, 1 to 1000.</param>
    /// <param name="item">The item.</param>
    public void AddFirst(int lane, T item)
    {
        At(lane).AddFirst(item);
        Count++;
    }

    /// <summary>Takes the next item.</summary>
    /// <param name="item">The item.</param>
    public bool TryTake([MaybeNullWhen(false)] out T item)
    {
        if (Count == 0)
        {
            item = default;
            return false;
        }
        Count--;
        if (_control.Count > 0)
        {
            item = _control.TakeFirst();
            return true;
        }
        var word = WordBits - 1 - BitOperations.LeadingZeroCount(_summary);
        var lane = (word * WordBits) + WordBits - 1 - BitOperations.LeadingZeroCount(_words[word]);
        item = _lanes[lane]!.TakeFirst();
        if (_lanes[lane]!.Count == 0)
            MarkEmpty(lane);
        return true;
    }

    private Lane At(int lane)
    {
        if (lane == Control)
            return _control;
        var word = lane / WordBits;
        _words[word] |= 1UL << (lane % WordBits);
        _summary |= 1UL << word;
        return _lanes[lane] ??= new Lane();
    }

    private void MarkEmpty(int lane)
    {
        var word = lane / WordBits;
        _words[word] &= ~(1UL << (lane % WordBits));
        if (_words[word] == 0)
            _summary &= ~(1UL << word);
    }

    /// <summary>A queue with two ends on a ring that grows.</summary>
    private sealed class Lane
    {
        private const int Smallest = 4;

        private T[] _ring = new T[Smallest];
        private int _head;

        public int Count { get; private set; }

        public void AddLast(T item)
        {
            MakeRoom();
            _ring[(_head + Count) & (_ring.Length - 1)] = item;
            Count++;
        }

        public void AddFirst(T item)
        {
            MakeRoom();
            _head = (_head - 1) & (_ring.Length - 1);
            _ring[_head] = item;
            Count++;
        }

        public T TakeFirst()
        {
            var item = _ring[_head];
            _ring[_head] = default!;
            _head = (_head + 1) & (_ring.Length - 1);
            Count--;
            return item;
        }

        private void MakeRoom()
        {
            if (Count < _ring.Length)
                return;
            var larger = new T[_ring.Length * 2];
            Array.Copy(_ring, _head, larger, 0, _ring.Length - _head);
            Array.Copy(_ring, 0, larger, _ring.Length - _head, _head);
            _ring = larger;
            _head = 0;
        }
    }
}
