use super::*;
use crate::study::tests::sample;

fn study(name: &str) -> StoredStudy {
    StoredStudy {
        name: name.into(),
        command: "thalweg reproduce a".into(),
        version: "0".into(),
        findings: sample(),
    }
}

fn stored(path: &Path) -> StudyFolder {
    let folder = StudyFolder::open_or_create(path, "a").unwrap();
    folder.write_study(&study("a")).unwrap();
    folder
}

#[test]
fn a_study_is_read_back_and_the_same_study_makes_the_same_bytes() {
    let parent = tempfile::tempdir().unwrap();
    let [one, other] = ["one", "other"].map(|name| stored(&parent.path().join(name)));
    for name in [
        STUDY,
        "tables/odd.csv",
        "tables/odd.parquet",
        "tables/empty.csv",
        "tables/empty.parquet",
    ] {
        let bytes = |folder: &StudyFolder| fs::read(folder.path().join(name)).unwrap();
        assert_eq!(bytes(&one), bytes(&other), "{name}");
    }
    let (_, read) = StudyFolder::read(one.path()).unwrap().unwrap();
    assert_eq!(
        serde_json::to_string(&read).unwrap(),
        serde_json::to_string(&study("a")).unwrap()
    );
}

#[test]
fn a_damaged_file_is_named_with_what_to_do_and_kept() {
    let parent = tempfile::tempdir().unwrap();
    let folder = stored(parent.path());
    let path = folder.path().join(STUDY);
    let text = fs::read_to_string(&path).unwrap();
    for (damaged, complaint) in [
        (text[..text.len() / 2].to_owned(), "EOF"),
        (text.replace("\"near\"", "\"nearly\""), "nearly"),
        (
            text.replace("\"name\":\"odd\"", "\"name\":\"../odd\""),
            "../odd",
        ),
        (text.replace("\"format\":1", "\"format\":\"one\""), "u32"),
    ] {
        fs::write(&path, &damaged).unwrap();
        let message = StudyFolder::read(parent.path()).unwrap_err().to_string();
        for words in ["study.json is damaged", complaint, "run the study again"] {
            assert!(message.contains(words), "`{words}` is not in {message}");
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), damaged);
    }
    fs::write(&path, text.replace("\"format\":1", "\"format\":2")).unwrap();
    let message = StudyFolder::read(parent.path()).unwrap_err().to_string();
    assert!(message.contains("has layout 2"), "{message}");
}

#[test]
fn folders_of_other_things_are_left_alone() {
    let parent = tempfile::tempdir().unwrap();
    stored(parent.path());
    let error = StudyFolder::open_or_create(parent.path(), "b").unwrap_err();
    assert!(
        error.to_string().contains("the study `a`, not of `b`"),
        "{error}"
    );
    StudyFolder::open_or_create(parent.path(), "a").unwrap();
    let other = tempfile::tempdir().unwrap();
    fs::write(other.path().join("experiment.json"), "{}").unwrap();
    let error = StudyFolder::open_or_create(other.path(), "a").unwrap_err();
    assert!(error.to_string().contains("of an experiment"), "{error}");
    let strange = tempfile::tempdir().unwrap();
    fs::write(strange.path().join("thesis.tex"), "…").unwrap();
    let error = StudyFolder::open_or_create(strange.path(), "a").unwrap_err();
    assert!(error.to_string().contains("`thesis.tex`"), "{error}");
    assert!(StudyFolder::read(strange.path()).unwrap().is_none());
}

#[test]
fn findings_that_cannot_be_stored_leave_nothing_behind() {
    let parent = tempfile::tempdir().unwrap();
    let folder = StudyFolder::open_or_create(parent.path(), "a").unwrap();
    let mut study = study("a");
    study.findings.tables.push(Table::new("Odd!", "", ""));
    let message = folder.write_study(&study).unwrap_err().to_string();
    assert!(
        message.contains("Odd!") && message.contains("please report"),
        "{message}"
    );
    assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
}

#[test]
fn a_million_rows_are_stored_and_read_back() {
    let parent = tempfile::tempdir().unwrap();
    let folder = StudyFolder::open_or_create(parent.path(), "a").unwrap();
    let mut study = study("a");
    let values: Vec<f64> = (0..1_000_000).map(|step| f64::from(step).sqrt()).collect();
    let table = Table::new("long", "Long", "A row is a step.").with("root", "", values);
    study.findings.tables.push(table);
    folder.write_study(&study).unwrap();
    let (_, read) = StudyFolder::read(parent.path()).unwrap().unwrap();
    assert_eq!(read.findings.tables[2], study.findings.tables[2]);
}
