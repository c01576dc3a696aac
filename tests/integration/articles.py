"""Articles made for the tests: the same number always gives the same article."""

import json
import random

PEOPLE = ["جو بايدن", "إيمانويل ماكرون", "عبد الفتاح السيسي", "رجب طيب أردوغان", "فلاديمير بوتين", "محمد شياع السوداني", "أيمن الصفدي", "سامي العبدالله"]
OFFICES = ["الرئيس", "وزير الخارجية", "رئيس الوزراء", "المتحدث", "المبعوث"]
PLACES = ["القاهرة", "بغداد", "دمشق", "بيروت", "الخرطوم", "صنعاء", "تونس", "الرياض", "باريس", "واشنطن", "غزة", "عمان"]
BODIES = ["الأمم المتحدة", "جامعة الدول العربية", "الاتحاد الأوروبي", "الجيش السوداني", "حزب الله", "وزارة الصحة"]
SENTENCES = [
    "أجرى {office} {person} محادثات في {place} يوم الخميس.",
    "قتل {n} أشخاص وأصيب {m} آخرون في هجوم قرب {place} صباح أمس.",
    "أدانت {body} الهجوم ودعت إلى وقف إطلاق النار في {place}.",
    "تظاهر آلاف المحتجين في {place} يوم الجمعة ضد غلاء الأسعار.",
    "وقعت {body} اتفاقا مع {person} في {place} لإرسال مساعدات غذائية.",
    "قال {person} إن المفاوضات ستستمر {n} أيام أخرى في {place}.",
    "وصل {office} {person} إلى {place} في زيارة تستغرق يومين.",
    "أعلنت {body} أن {n} شاحنات عبرت إلى {place} منذ بداية 2024.",
]


def text(number, revision=0):
    r = random.Random(number * 1000 + revision)

    def sentence():
        return r.choice(SENTENCES).format(person=r.choice(PEOPLE), office=r.choice(OFFICES), place=r.choice(PLACES), body=r.choice(BODIES),
                                          n=r.randint(3, 10), m=r.randint(11, 40))

    title = sentence().rstrip(".")
    return title, "\n\n".join(" ".join(sentence() for _ in range(r.randint(1, 3))) for _ in range(r.randint(2, 5)))


def article(number, revision=0, **more):
    """An article message as a dictionary."""
    title, body = text(number, revision)
    day = 1 + number % 28
    return {"id": f"article-{number}", "title": title, "body": body, "published_at": f"2024-05-{day:02}T{number % 24:02}:15:00Z",
            "source": {"name": f"صحيفة {number % 7}", "domain": f"paper{number % 7}.example"}, **more}


def message(number, revision=0, **more):
    """Key and value of an article."""
    a = article(number, revision, **more)
    return a["id"], json.dumps(a, ensure_ascii=False)


def stream(count, revisions=0.04, repeats=0.04, retractions=0.01):
    """`count` articles in order, among them revisions, repetitions and retractions of earlier ones."""
    r = random.Random(20240501)
    out = []
    for number in range(count):
        out.append(message(number))
        dice = r.random()
        earlier = r.randrange(number + 1)
        if dice < revisions:
            out.append(message(earlier, revision=1 + number))
        elif dice < revisions + repeats:
            out.append(message(earlier))
        elif dice < revisions + repeats + retractions:
            out.append((f"article-{earlier}", None))
    return out
