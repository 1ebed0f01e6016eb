# What the web servers of bench:programs serve: one page that builds a table, and one that parses JSON, under Django (wsgi(), for gunicorn
# and uWSGI) and under FastAPI (asgi(), for uvicorn).
import hashlib
import json


def rows(count):
    for number in range(count):
        digest = hashlib.sha256(str(number).encode()).hexdigest()
        yield {"number": number, "digest": digest, "parts": [digest[i : i + 8] for i in range(0, 64, 8)]}


def wsgi():
    import django
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpResponse, JsonResponse
    from django.template import Context, Engine
    from django.urls import path

    settings.configure(DEBUG=False, SECRET_KEY="bench", ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"])
    django.setup()
    page = Engine().from_string(
        "<table>{% for row in rows %}<tr><td>{{ row.number }}</td>{% for part in row.parts %}"
        "<td>{{ part|upper }}</td>{% endfor %}</tr>{% endfor %}</table>"
    )

    def table(request):
        return HttpResponse(page.render(Context({"rows": sorted(rows(40), key=lambda row: row["digest"])})))

    def totals(request):
        parsed = json.loads(json.dumps(list(rows(60))))
        return JsonResponse({"total": sum(row["number"] for row in parsed)})

    globals()["urlpatterns"] = [path("table", table), path("totals", totals)]
    return get_wsgi_application()


def asgi():
    from fastapi import Depends, FastAPI
    from pydantic import BaseModel

    class Row(BaseModel):
        number: int
        digest: str
        parts: list[str]

    app = FastAPI()

    async def made():
        return [Row(**row) for row in rows(40)]

    @app.get("/table")
    async def table(found: list[Row] = Depends(made)) -> list[Row]:
        return sorted(found, key=lambda row: row.digest)

    @app.get("/totals")
    def totals() -> dict[str, int]:
        return {"total": sum(row["number"] for row in rows(60))}

    return app
